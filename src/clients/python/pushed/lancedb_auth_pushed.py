"""Stands in for lancedb_auth._broker in a kernel that cannot reach VS Code's socket: answers from what VS Code has pushed.

VS Code runs this file in such a kernel. What it pushes is sealed for this process alone (Diffie-Hellman, RFC 3526 group 14; HMAC-SHA256
as key stream and as seal), so that no log, message or history on the way holds a token. Standard library only; memory only."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import urlsplit

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

#: One reply of the broker for each connection: connection, headers, expiresAt (epoch milliseconds).
_replies: List[Dict[str, Any]] = []


class LanceDBAuthError(RuntimeError):
    """No headers could be had; the message says what to do in VS Code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> Any:
        return (LanceDBAuthError, (self.code, str(self)))


def session() -> Optional[str]:
    """As long as VS Code has pushed something, and it was not taken back."""
    return "pushed" if _replies else None


def current_folder() -> Optional[str]:
    """A folder of another machine says nothing to VS Code."""
    return None


def ask_for_headers(question: Mapping[str, Optional[str]], patience: float = SIGN_OF_LIFE_SECONDS) -> Dict[str, Any]:
    """The pushed reply for this database and host. Raises LanceDBAuthError."""
    fitting = [reply for reply in _replies if _fits(question, reply["connection"])]
    if not fitting:
        raise LanceDBAuthError("unknown_connection", "VS Code has given this kernel no token for that database and host.")
    for reply in fitting:
        if reply.get("expiresAt") is None or time.time() < reply["expiresAt"] / 1000.0 - 1.0:
            return reply
    raise LanceDBAuthError(
        "unavailable",
        "The token that VS Code gave this kernel has expired. Keep the notebook open in VS Code and run the cell again; a cell "
        "that runs for longer than a token lives cannot be given another one meanwhile.",
    )


def _fits(question: Mapping[str, Optional[str]], connection: Mapping[str, str]) -> bool:
    uri, host, region, name = (question.get(part) for part in ("uri", "host", "region", "connection"))
    if name and name != connection["name"]:
        return False
    if uri and _database(uri) != _database(connection["uri"]):
        return False
    if host:
        return _origin(host) == _origin(_host_of(connection))
    return not region or "hostOverride" in connection or region == connection.get("region")


def _database(uri: str) -> str:
    return uri[5:].split("/")[0].split("?")[0].split("#")[0]


def _host_of(connection: Mapping[str, str]) -> str:
    cloud = "https://%s.%s.api.lancedb.com" % (_database(connection["uri"]), connection.get("region"))
    return connection.get("hostOverride") or cloud


def _origin(url: str) -> Any:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return (parts.scheme, parts.hostname, port)


def accept(peer: str, nonce: str, sealed: str, seal: str) -> None:
    """Takes what VS Code has sealed for this process; anything else is refused."""
    shared = "%x" % pow(int(peer, 16), _private, _PRIME)
    keys = hashlib.sha512(shared.encode("ascii")).digest()
    salt, data = bytes.fromhex(nonce), bytes.fromhex(sealed)
    expected = hmac.new(keys[32:], salt + data, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, seal):
        raise LanceDBAuthError("bad_request", "What arrived was not sealed for this kernel.")
    stream = b""
    for count in range(len(data) // 32 + 1):
        stream += hmac.new(keys[:32], salt + count.to_bytes(4, "big"), hashlib.sha256).digest()
    replies = json.loads(bytes(one ^ other for one, other in zip(data, stream)).decode("utf-8"))
    _replies[:] = replies
