"""Asks the window's broker over its local socket. Standard library only; no HTTP client of it understands the 102 that the
broker sends as a sign of life."""

import errno
import json
import os
import queue
import socket
import sys
import threading
from typing import Any, Dict, Mapping, Optional
from urllib.parse import quote, urlencode

from ._error import LanceDBAuthError
from ._session import find_session

#: How long the broker may take to show that it lives, in seconds: an extension host may be busy for some; shorter where the caller
#: still holds a valid token. Then to answer: an authorization server may be slow. A window that is closed is noticed at once.
SIGN_OF_LIFE_SECONDS = 10.0
SIGN_OF_LIFE_WITH_TOKEN_SECONDS = 1.5
REPLY_SECONDS = 30.0

_LARGEST_REPLY = 1_048_576


def current_folder() -> Optional[str]:
    """Decides which connection is the active one; a program may well run in a folder that was removed."""
    try:
        return os.getcwd()
    except OSError:
        return None


def session(folder: Optional[str] = None) -> Optional[str]:
    """The path of the descriptor: of the terminal's or kernel's window, else of the one that has the folder open."""
    return find_session(folder or current_folder())


def ask_for_headers(question: Mapping[str, Optional[str]], patience: float = SIGN_OF_LIFE_SECONDS) -> Dict[str, Any]:
    """The broker's reply: connection, headers, and expiresAt (epoch milliseconds) where there is one. Raises LanceDBAuthError."""
    path = session(question.get("folder"))
    if path is None:
        raise LanceDBAuthError(
            "window_closed",
            "No window of VS Code with LanceDB Auth serves this program. Open its folder there, or start it in a terminal or "
            "notebook there.",
        )
    query = urlencode({name: value for name, value in question.items() if value})
    descriptor = _read_descriptor(path)
    try:
        status, body = _exchange(descriptor, "/v1/headers?" + query, patience)
    except (OSError, ValueError):
        # A window that was reloaded has another socket and another bearer.
        newer = _read_descriptor(path)
        if newer == descriptor:
            raise _window_closed("it is busy or has been closed") from None
        try:
            status, body = _exchange(newer, "/v1/headers?" + query, patience)
        except (OSError, ValueError):
            raise _window_closed("it is busy or has been closed") from None
    if status == 200 and isinstance(body.get("headers"), dict) and isinstance(body.get("connection"), dict):
        return body
    error = body.get("error")
    if not isinstance(error, dict):
        raise _window_closed("its answer cannot be read")
    raise LanceDBAuthError(str(error.get("code")), str(error.get("message")))


def _window_closed(detail: str) -> LanceDBAuthError:
    return LanceDBAuthError(
        "window_closed",
        "The VS Code window that signs in to LanceDB does not answer (%s). Open the folder in VS Code again, "
        "or start this program in a new terminal there." % detail,
    )


def _read_descriptor(path: str) -> Dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            descriptor = json.load(file)
        if descriptor["version"] != 1:
            raise ValueError
        return {"socketPath": str(descriptor["socketPath"]), "bearer": str(descriptor["bearer"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise _window_closed("it has been closed") from None


def _exchange(descriptor: Mapping[str, str], target: str, patience: float) -> Any:
    request = (
        "GET %s HTTP/1.1\r\nhost: lancedb-auth\r\nx-lancedb-auth: 1\r\nx-lancedb-auth-client: %s\r\n%s"
        "authorization: Bearer %s\r\nconnection: close\r\n\r\n" % (target, _own_name(), _agent_header(os.environ), descriptor["bearer"])
    ).encode("ascii")
    path = descriptor["socketPath"]
    through = _through_pipe if path.startswith("\\\\.\\pipe\\") else _through_socket
    return _parse(through(path, request, patience))


def _own_name() -> str:
    """The file's name alone: a path or an argument may hold what nobody else is to read. Undecodable bytes are replaced."""
    # Of a kernel that VS Code has started, the notebook's.
    notebook = getattr(sys.modules.get("__main__"), "__vsc_ipynb_file__", None)
    script = notebook or (sys.argv[0] if getattr(sys, "argv", None) else "")
    script = os.path.basename(str(script).replace("\\", "/"))
    return quote(("python %d %s" % (os.getpid(), script)).strip()[:100], errors="replace")


#: As in src/broker/protocol.ts, where the sources stand: by which an agent says that it runs a program, and its name.
AGENT_VARIABLES = (
    ("AI_AGENT", ""),
    ("COPILOT_AGENT", "github-copilot"),
    ("CLAUDECODE", "claude-code"),
    ("CLAUDE_CODE", "claude-code"),
    ("CURSOR_AGENT", "cursor"),
    ("CODEX_*", "codex"),
    ("GEMINI_CLI", "gemini-cli"),
    ("AUGMENT_AGENT", "augment"),
    ("OPENCODE", "opencode"),
    ("OPENCODE_CLIENT", "opencode"),
    ("AMP_CURRENT_THREAD_ID", "amp"),
    ("ANTIGRAVITY_AGENT", "antigravity"),
    ("CLINE_*", "cline"),
    ("REPL_ID", "replit"),
)


def _agent_header(env: Mapping[str, str]) -> str:
    """The agent that runs this program, by the environment's word; an empty text where there is none."""
    for name, agent in AGENT_VARIABLES:
        found = next((key for key in env if key.startswith(name[:-1])), name) if name.endswith("*") else name
        value = env.get(found)
        if value:
            return "x-lancedb-auth-agent: %s\r\n" % quote((agent or value)[:100], errors="replace")
    return ""


def _through_socket(path: str, request: bytes, patience: float) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(patience)
        connection.connect(path)
        connection.sendall(request)
        chunks = [connection.recv(65536)]
        connection.settimeout(REPLY_SECONDS)
        while chunks[-1] and sum(map(len, chunks)) < _LARGEST_REPLY:
            chunks.append(connection.recv(65536))
    return b"".join(chunks)


def _through_pipe(path: str, request: bytes, patience: float) -> bytes:
    """Windows: a named pipe opens like a file, which knows no timeout; a thread that may be left behind does the waiting."""
    chunks: "queue.SimpleQueue[Any]" = queue.SimpleQueue()

    def read() -> None:
        try:
            with open(path, "r+b", buffering=0) as pipe:
                pipe.write(request)
                while True:
                    chunk = pipe.read(65536)
                    chunks.put(chunk)
                    if not chunk:
                        return
        except OSError as error:
            # A broken pipe is the other end's way of saying that the reply is complete.
            chunks.put(b"" if error.errno == errno.EPIPE else error)

    threading.Thread(target=read, name="lancedb-auth", daemon=True).start()
    raw, wait = b"", patience
    while len(raw) < _LARGEST_REPLY:
        try:
            chunk = chunks.get(timeout=wait)
        except queue.Empty:
            raise OSError("no answer in time") from None
        if isinstance(chunk, OSError):
            raise chunk
        if not chunk:
            return raw
        raw, wait = raw + chunk, REPLY_SECONDS
    return raw


def _parse(raw: bytes) -> Any:
    """The status and the JSON of the final response; interim ones (RFC 9110 section 15.2) are passed over."""
    while True:
        head, found, rest = raw.partition(b"\r\n\r\n")
        if not found:
            raise ValueError("no response")
        status = int(head.split(b" ", 2)[1])
        if status >= 200:
            body = json.loads(rest.decode("utf-8"))
            if not isinstance(body, dict):
                raise ValueError("no object")
            return status, body
        raw = rest
