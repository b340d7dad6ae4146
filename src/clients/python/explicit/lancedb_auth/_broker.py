"""Asks the window's broker over its local socket. Standard library only; no HTTP client of it understands the 102 that the
broker sends as a sign of life."""

import errno
import json
import os
import queue
import socket
import sys
import threading
import time
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import quote, urlencode

from ._error import LanceDBAuthError
from ._session import find_session

#: How long the broker may take to show that it lives, in seconds: an extension host may be busy for some; shorter where the caller
#: still holds a valid token. Then to answer: an authorization server may be slow. A window that is closed is noticed at once.
SIGN_OF_LIFE_SECONDS = 10.0
SIGN_OF_LIFE_WITH_TOKEN_SECONDS = 1.5
REPLY_SECONDS = 30.0

_LARGEST_REPLY = 1_048_576

#: How often a window is looked for that was there a moment ago.
_PAUSE_SECONDS = 0.1


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
        from ._unreachable import outside_sentence

        start = (
            "No window of VS Code with LanceDB Auth serves this program. Open its folder there, or start it in a terminal or "
            "notebook there."
        )
        raise LanceDBAuthError("window_closed", outside_sentence(start))
    query = urlencode({name: value for name, value in question.items() if value})
    status, body = _reach(path, "/v1/headers?" + query, patience)
    if status == 200 and isinstance(body.get("headers"), dict) and isinstance(body.get("connection"), dict):
        return body
    error = body.get("error")
    if not isinstance(error, dict):
        raise _unreadable_answer()
    raise LanceDBAuthError(str(error.get("code")), str(error.get("message")))


def _reach(path: str, target: str, patience: float) -> Any:
    """Status and body. A caller without a valid token waits for a window that is being reloaded; one that has one goes on with it."""
    started = time.monotonic()
    waited = 0.0
    while True:
        try:
            return _exchange(_read_descriptor(path), target, patience)
        except ValueError:
            raise _unreadable_answer() from None
        except Exception as error:
            from ._unreachable import Unreached, sentence_for, worth_waiting

            if not isinstance(error, Unreached):
                raise
            if patience < SIGN_OF_LIFE_SECONDS or not worth_waiting(error, path, waited):
                raise LanceDBAuthError("window_closed", sentence_for(error, path, waited)) from None
        time.sleep(_PAUSE_SECONDS)
        waited = time.monotonic() - started


def _unreadable_answer() -> LanceDBAuthError:
    return LanceDBAuthError(
        "window_closed",
        "The VS Code window that signs in to LanceDB gave an answer that cannot be read. "
        'Run "Developer: Reload Window" there, and open a new terminal.',
    )


def _unreached(what: str, code: int = 0, descriptor: Optional[Mapping[str, Any]] = None, seconds: float = 0) -> Any:
    from ._unreachable import Unreached

    return Unreached(what, code, descriptor, seconds)


def _read_descriptor(path: str) -> Dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            descriptor = json.load(file)
    except OSError as error:
        raise _unreached("descriptor", error.errno or 0) from None
    except ValueError:
        raise _unreached("damaged") from None
    texts = isinstance(descriptor, dict) and [descriptor.get(name) for name in ("socketPath", "bearer")]
    if not texts or descriptor.get("version") != 1 or not all(isinstance(text, str) for text in texts):
        raise _unreached("version")
    return dict(descriptor)


def _exchange(descriptor: Mapping[str, Any], target: str, patience: float) -> Any:
    """Raises Unreached where no answer comes, ValueError for one that cannot be read."""
    request = (
        "GET %s HTTP/1.1\r\nhost: lancedb-auth\r\nx-lancedb-auth: 1\r\nx-lancedb-auth-client: %s\r\n%s"
        "authorization: Bearer %s\r\nconnection: close\r\n\r\n" % (target, _own_name(), _agent_header(os.environ), descriptor["bearer"])
    ).encode("ascii")
    path = descriptor["socketPath"]
    through = _through_pipe if path.startswith("\\\\.\\pipe\\") else _through_socket
    try:
        raw = through(path, request, patience)
    except _NoSign as silence:
        raise _unreached("slow" if silence.was_alive else "busy", seconds=silence.seconds) from None
    except OSError as error:
        raise _unreached("socket", error.errno or 0, descriptor) from None
    try:
        return _parse(raw)
    except EOFError:
        # The window closed before it had answered.
        raise _unreached("socket", errno.ECONNRESET, descriptor) from None


class _NoSign(Exception):
    """So long nothing came, after a sign of life or before one."""

    def __init__(self, was_alive: bool, seconds: float) -> None:
        super().__init__()
        self.was_alive = was_alive
        self.seconds = seconds


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
    chunks: List[bytes] = []
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(patience)
            connection.connect(path)
            connection.sendall(request)
            chunks.append(connection.recv(65536))
            connection.settimeout(REPLY_SECONDS)
            while chunks[-1] and sum(map(len, chunks)) < _LARGEST_REPLY:
                chunks.append(connection.recv(65536))
    except socket.timeout:
        raise _NoSign(bool(chunks), REPLY_SECONDS if chunks else patience) from None
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
            raise _NoSign(bool(raw), wait) from None
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
            raise EOFError("no response")
        status = int(head.split(b" ", 2)[1])
        if status >= 200:
            body = json.loads(rest.decode("utf-8"))
            if not isinstance(body, dict):
                raise ValueError("no object")
            return status, body
        raw = rest
