"""A gateway on loopback inside this process, for native clients that take headers which never change: passes each request that shows
the ticket on to one server, with the window's headers. Standard library only; streams both ways."""

import hmac
import http.client
import http.server
import os
import secrets
import ssl
import threading
from typing import Any, Dict, Iterator, List, Optional, Tuple
from urllib.parse import urlsplit

from ._error import LanceDBAuthError

TICKET = "x-lancedb-auth-ticket"

_BLOCK = 262144
_OF_CONNECTION = frozenset(
    "connection keep-alive proxy-connection proxy-authorization te trailer transfer-encoding upgrade host expect".split()
)
_OF_CLIENT = frozenset(("authorization", "x-api-key", "x-lancedb-credential-type", TICKET))

_lock = threading.Lock()
_server: Optional["_Server"] = None


class _Upstream:
    def __init__(self, host: str, provider: Any, tls: Dict[str, Any]) -> None:
        self.parts = urlsplit(host)
        self.provider = provider
        self.context = _context(tls) if self.parts.scheme == "https" else None

    def connect(self) -> http.client.HTTPConnection:
        name, port = self.parts.hostname or "", self.parts.port
        if self.context is None:
            return http.client.HTTPConnection(name, port, timeout=300)
        return http.client.HTTPSConnection(name, port, timeout=300, context=self.context)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.upstreams: List[Tuple[str, _Upstream]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; nothing of this is printed into the program."""


def through(host: str, provider: Any, tls: Dict[str, Any]) -> Tuple[str, Dict[str, str]]:
    """The address in place of the server's, and the header that opens it."""
    global _server
    upstream = _Upstream(host, provider, tls)
    with _lock:
        if _server is None:
            _server = _Server()
            threading.Thread(target=_server.serve_forever, name="lancedb-auth", daemon=True).start()
            _exempt_from_proxy()
        ticket = secrets.token_urlsafe(32)
        _server.upstreams.append((ticket, upstream))
        return "http://127.0.0.1:%d" % _server.server_address[1], {TICKET: ticket}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: Of a client that says nothing, in seconds; its pool keeps connections for minutes.
    timeout = 600

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed into the program."""

    def _answer(self) -> None:
        refusal = self._refusal()
        upstream = self._upstream()
        if refusal is not None or upstream is None:
            self._say(*(refusal or (403, "This address is for the process alone that opened it.")))
            return
        try:
            headers = upstream.provider.get_headers()
        except LanceDBAuthError as error:
            # LanceDB shows the text of a 401 and does not try again.
            self._say(401, str(error))
            return
        connection = upstream.connect()
        try:
            self._pass_on(connection, upstream.parts.path.rstrip("/") + self.path, headers)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            if not getattr(self, "_begun", False):
                self._say(401, "The LanceDB server cannot be reached.")
        finally:
            connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def _refusal(self) -> Optional[Tuple[int, str]]:
        host, port = self.headers.get_all("host") or [], self.server.server_address[1]  # type: ignore[index]
        if host != ["127.0.0.1:%d" % port]:
            return 421, "The Host header names another server."
        if "origin" in self.headers or "sec-fetch-site" in self.headers:
            return 403, "Pages of a browser may not ask here."
        if not self.path.startswith("/") or self.path.startswith("//"):
            return 400, "The path of the request is not a plain one."
        lengths = len(self.headers.get_all("content-length") or []), len(self.headers.get_all("transfer-encoding") or [])
        if sum(lengths) > 1 or (lengths[1] and self.headers["transfer-encoding"].lower() != "chunked"):
            return 400, "The length of the request is ambiguous."
        return None

    def _upstream(self) -> Optional[_Upstream]:
        shown = (self.headers.get(TICKET) or "").encode("utf-8", "replace")
        found = [upstream for ticket, upstream in self.server.upstreams if hmac.compare_digest(shown, ticket.encode())]  # type: ignore[attr-defined]
        return found[0] if found else None

    def _say(self, status: int, text: str) -> None:
        body = text.encode("utf-8")
        self.close_connection = True
        self.send_response(status)
        for name, value in (("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body))), ("connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _pass_on(self, connection: http.client.HTTPConnection, path: str, headers: Dict[str, str]) -> None:
        self._begun = False
        chunked = "transfer-encoding" in self.headers
        connection.putrequest(self.command, path, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _OF_CONNECTION and name.lower() not in _OF_CLIENT:
                connection.putheader(name, value)
        for name, value in headers.items():
            connection.putheader(name, value)
        if chunked:
            connection.putheader("transfer-encoding", "chunked")
        connection.endheaders()
        for block in self._body(chunked):
            connection.send(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        if chunked:
            connection.send(b"0\r\n\r\n")
        self._pass_back(connection.getresponse())

    def _body(self, chunked: bool) -> Iterator[bytes]:
        if not chunked:
            yield from self._read(int(self.headers.get("content-length") or 0))
            return
        while True:
            size = int(self.rfile.readline(1024).split(b";")[0], 16)
            yield from self._read(size)
            if size == 0:
                # Trailers, which nobody here sends, and the empty line.
                while self.rfile.readline(65536) not in (b"\r\n", b"\n", b""):
                    pass
                return
            self.rfile.readline(3)

    def _read(self, left: int) -> Iterator[bytes]:
        while left > 0:
            block = self.rfile.read(min(left, _BLOCK))
            if not block:
                raise OSError("the client has gone")
            left -= len(block)
            yield block

    def _pass_back(self, reply: http.client.HTTPResponse) -> None:
        self._begun = True
        self.send_response_only(reply.status, reply.reason)
        for name, value in reply.getheaders():
            if name.lower() not in _OF_CONNECTION:
                self.send_header(name, value)
        empty = self.command == "HEAD" or reply.status in (204, 304)
        chunked = reply.length is None and not empty
        if chunked:
            self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        while not empty:
            block = reply.read1(_BLOCK)
            if not block:
                break
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")


def _context(tls: Dict[str, Any]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.get("ssl_ca_cert"))
    if tls.get("cert_file"):
        context.load_cert_chain(tls["cert_file"], tls.get("key_file"))
    if str(tls.get("assert_hostname", "true")).lower() == "false":
        context.check_hostname = False
    return context


def _exempt_from_proxy() -> None:
    """LanceDB's HTTP client sends even loopback requests through http_proxy, unless NO_PROXY names the address."""
    if not any(os.environ.get(name) for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")):
        return
    name = "no_proxy" if "NO_PROXY" not in os.environ and "no_proxy" in os.environ else "NO_PROXY"
    present = [entry.strip() for entry in os.environ.get(name, "").split(",") if entry.strip()]
    if "127.0.0.1" not in present and "*" not in present:
        os.environ[name] = ",".join(present + ["127.0.0.1"])
