"""Stands in for lancedb_auth._broker in a kernel that cannot reach VS Code's socket: answers from what VS Code has pushed.

VS Code runs this file in such a kernel. What it pushes is sealed for this process alone (Diffie-Hellman, RFC 3526 group 14; HMAC-SHA256
as key stream and as seal), so that no log, message or history on the way holds a token. Standard library only; memory only."""

import hashlib
import hmac
import json
import secrets
import sys
import time
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import urlsplit

from lancedb_auth._error import LanceDBAuthError

SIGN_OF_LIFE_SECONDS = 10.0
SIGN_OF_LIFE_WITH_TOKEN_SECONDS = 1.5

_PRIME = int(LANCEDB_AUTH_PRIME, 16)  # type: ignore[name-defined]  # noqa: F821 (set by VS Code)


def _private_key() -> int:
    """The same after a restart of the same kernel, so that what is pushed first can be sealed already: made of the key that signs the
    kernel's messages, which its server keeps and nobody else has."""
    try:
        from ipykernel.kernelapp import IPKernelApp

        key = IPKernelApp.instance().session.key if IPKernelApp.initialized() else b""
    except Exception:
        key = b""
    if len(key) < 16:
        return secrets.randbits(512)
    return int.from_bytes(hashlib.sha512(b"LanceDB Auth\0" + key).digest(), "big")


_private = _private_key()
public = "%x" % pow(2, _private, _PRIME)

#: What VS Code has pushed last. replies: the broker's, one for each connection (connection, headers, expiresAt in epoch milliseconds);
#: refusals: why a database has none (uri or None, code, message); cells: what the URIs of the notebook's cells begin with; follows: a
#: fresher one comes right behind.
_pushed: Dict[str, Any] = {"replies": [], "refusals": [], "cells": None, "follows": False}


def session(folder: Optional[str] = None) -> Optional[str]:
    """As long as VS Code has pushed something, and it was not taken back."""
    return "pushed" if _pushed["replies"] or _pushed["refusals"] else None


def current_folder() -> Optional[str]:
    """A folder of another machine says nothing to VS Code."""
    return None


def ask_for_headers(question: Mapping[str, Optional[str]], patience: float = SIGN_OF_LIFE_SECONDS) -> Dict[str, Any]:
    """The pushed reply for this database and host. Raises LanceDBAuthError with what the broker itself would say."""
    fitting = [reply for reply in _pushed["replies"] if _fits(question, reply["connection"])]
    for reply in fitting:
        if reply.get("expiresAt") is None or time.time() < reply["expiresAt"] / 1000.0 - 1.0:
            return reply
    for refusal in _pushed["refusals"]:
        uri = refusal.get("uri")
        if not uri or not question.get("uri") or _database(uri) == _database(question["uri"] or ""):
            raise LanceDBAuthError(refusal["code"], refusal["message"])
    if not fitting:
        raise LanceDBAuthError(
            "unknown_connection",
            'VS Code has given this kernel no token for that database and host. Run "LanceDB: Connect This Notebook" in VS Code.',
        )
    if _turns.began_at < fitting[0]["expiresAt"] / 1000.0 - 1.0:
        raise LanceDBAuthError(
            "unavailable",
            "The token that VS Code gave this kernel expired while this cell ran: a kernel on another machine can be given nothing in "
            "the midst of a cell. Run the cell again, and split a cell that needs longer than a token lives.",
        )
    raise LanceDBAuthError(
        "unavailable",
        "The token that VS Code gave this kernel has expired. Keep the notebook open in VS Code and run the cell again.",
    )


def _fits(question: Mapping[str, Optional[str]], connection: Mapping[str, str]) -> bool:
    uri, host, region, name = (question.get(part) for part in ("uri", "host", "region", "connection"))
    if name and name != connection["name"]:
        return False
    if uri and _database(uri) != _database(connection["uri"]):
        return False
    sql_host = question.get("sqlHost")
    if sql_host and _sql_origin(sql_host) != _sql_origin(_sql_host_of(connection)):
        return False
    if host:
        return _origin(host) == _origin(_host_of(connection))
    return not region or "hostOverride" in connection or region == connection.get("region")


def _database(uri: str) -> str:
    return uri[5:].split("/")[0].split("?")[0].split("#")[0]


def _host_of(connection: Mapping[str, str]) -> str:
    cloud = "https://%s.%s.api.lancedb.com" % (_database(connection["uri"]), connection.get("region"))
    return connection.get("hostOverride") or cloud


def _sql_host_of(connection: Mapping[str, str]) -> str:
    """LanceDB's clients find it at the port after a server's that knows no TLS; any other has to be named."""
    if connection.get("sqlHostOverride"):
        return connection["sqlHostOverride"]
    scheme, host, port = _origin(_host_of(connection))
    return "http://%s:%d" % (host, port + 1) if scheme == "http" else ""


def _sql_origin(url: str) -> Any:
    """Flight's own schemes say the same as http and https."""
    scheme, colon, rest = url.partition(":")
    plain = {"grpc": "http", "grpc+tcp": "http", "grpcs": "https", "grpc+tls": "https"}.get(scheme.lower(), scheme)
    return _origin(plain + colon + rest)


def _origin(url: str) -> Any:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return (parts.scheme, parts.hostname, port)


def accept(peer: str, nonce: str, sealed: str, seal: str) -> None:
    """Takes what VS Code has sealed for this process, and answers; anything else is refused."""
    shared = "%x" % pow(int(peer, 16), _private, _PRIME)
    keys = hashlib.sha512(shared.encode("ascii")).digest()
    salt, data = bytes.fromhex(nonce), bytes.fromhex(sealed)
    expected = hmac.new(keys[32:], salt + data, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, seal):
        raise LanceDBAuthError("bad_request", "What arrived was not sealed for this kernel.")
    stream = b""
    for count in range(len(data) // 32 + 1):
        stream += hmac.new(keys[:32], salt + count.to_bytes(4, "big"), hashlib.sha256).digest()
    pushed = json.loads(bytes(one ^ other for one, other in zip(data, stream)).decode("utf-8"))
    _pushed.update({"cells": None, "follows": False}, **pushed)
    answer(_turns.renewed())


def answer(waiting: Optional[List[str]] = None) -> None:
    """What VS Code reads of a piece of its code: whom to seal for, and the cells that wait for it."""
    cells = _turns.waiting if waiting is None else waiting
    print(json.dumps({"state": "pushed", "publicKey": public, "waiting": cells}))


class _Turns:
    """Lets VS Code have a turn in a queue full of cells. The Jupyter extension runs our code behind all cells that are queued, so that a
    Run All which lasts longer than a token lives could not be given another one. So a cell that would begin with less than a third of the
    token's life does not run: it and those behind it end at once, VS Code has its turn, renews, and runs them, in their order."""

    #: A cell that has waited so long is run as it is: VS Code may be gone.
    patience_seconds = 60.0
    #: Where a fresher one follows: the first cell of a process imports everything.
    first_seconds = 60.0
    #: A request needs so much.
    last_seconds = 2.0
    #: So often a cell waits at most before it runs.
    most_waits = 3

    def __init__(self) -> None:
        self.began_at = 0.0
        self.waiting: List[str] = []
        self._waiting_since = 0.0
        self._waits: Dict[str, int] = {}
        self._longest = 0.0
        self._ends_at: Optional[float] = None
        self._life = 0.0

    def renewed(self) -> List[str]:
        """Something was pushed: answers who waited for it."""
        ends = [reply["expiresAt"] / 1000.0 for reply in _pushed["replies"] if reply.get("expiresAt")]
        self._ends_at = min(ends) if ends else None
        self._life = (self._ends_at or 0.0) - time.time()
        waiting, self.waiting = self.waiting, []
        return waiting

    def has_to_wait(self, cell: Any) -> bool:
        """Only cells of this notebook in VS Code, for nobody else would run them later; and none twice."""
        cells = _pushed["cells"]
        if not cells or not isinstance(cell, str) or not cell.startswith(cells):
            return False
        if cell in self.waiting:
            self.waiting.remove(cell)
            return False
        if self.waiting:
            if time.monotonic() - self._waiting_since > self.patience_seconds:
                return False
        elif not self._is_late(self._waits.get(cell, 0)):
            self._waits.pop(cell, None)
            return False
        else:
            self._waiting_since = time.monotonic()
            self._waits[cell] = self._waits.get(cell, 0) + 1
        self.waiting.append(cell)
        return True

    def _is_late(self, waits: int) -> bool:
        """Less is left than a third of its life, or than the longest cell so far has taken; VS Code renews at half, where it can. A cell
        that has waited for another one waits again only where that is over as well."""
        if self._ends_at is None or waits >= self.most_waits:
            return False
        left = self._ends_at - time.time()
        if waits > 0:
            return left < self.last_seconds
        if _pushed["follows"]:
            return left < self.first_seconds
        return left < max(self._life / 3.0, min(self._longest * 1.2, self._life * 0.9), self.last_seconds)

    def attend(self, kernel: Any) -> None:
        """ipykernel hands each cell to do_execute, which other kernels are made of by overriding it."""
        execute = getattr(kernel.do_execute, "_lancedb_auth_original", kernel.do_execute)

        async def do_execute(code: str, silent: bool, *args: Any, **options: Any) -> Any:
            if not silent and self.has_to_wait(options.get("cell_id")):
                print("LanceDB Auth: VS Code renews the token first, and then runs this cell. If it does not, run the cell again.")
                sys.stdout.flush()
                count = kernel.execution_count - 1
                return {"status": "ok", "execution_count": count, "payload": [], "user_expressions": {}}
            self.began_at, begun = time.time(), time.monotonic()
            try:
                return await execute(code, silent, *args, **options)
            finally:
                self._longest = max(self._longest, time.monotonic() - begun)

        do_execute._lancedb_auth_original = execute  # type: ignore[attr-defined]
        kernel.do_execute = do_execute


_turns = _Turns()


def _attend() -> None:
    try:
        from ipykernel.kernelapp import IPKernelApp

        if IPKernelApp.initialized():
            _turns.attend(IPKernelApp.instance().kernel)
    except Exception:
        # Another kernel than ipykernel: nobody waits, and a long Run All may find its token expired.
        pass


_attend()
