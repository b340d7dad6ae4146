"""Completes lancedb's connect functions: a db:// URI without credentials of its own gets the window's. Anything else passes
through untouched, and so does a database or host that the window does not know."""

import dataclasses
import functools
import inspect
import os
import sys
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from . import _namespace
from ._broker import ask_for_headers, current_folder, session
from ._error import LanceDBAuthError
from ._provider import BrokerHeaderProvider


def complete(lancedb: Any) -> None:
    """Wraps what this version of lancedb has; each function once."""
    _wrap(lancedb, "connect", _sync)
    _wrap(lancedb, "connect_async", _async)
    _wrap(lancedb, "connect_catalog", _sync)
    _wrap(lancedb, "connect_catalog_async", _async)
    _wrap(lancedb, "connect_namespace", _namespace.through_gateway)
    _wrap(lancedb, "connect_namespace_async", _namespace.through_gateway)
    if "lance_namespace" in sys.modules:
        _namespace.complete(sys.modules["lance_namespace"])


def _wrap(lancedb: Any, name: str, wrap: Any) -> None:
    original = getattr(lancedb, name, None)
    if original is None or hasattr(original, "_lancedb_auth"):
        return
    wrapped = functools.wraps(original)(wrap(original))
    wrapped._lancedb_auth = True
    setattr(lancedb, name, wrapped)


def _sync(original: Any) -> Any:
    def connect(*args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        try:
            completed = _with_credentials(original, args, options)
        except LanceDBAuthError as error:
            # From here, so that a traceback shows one frame of ours and not four.
            raise error.with_traceback(None) from None
        database = _serialisable(original(*args, **completed))
        if completed is not options:
            _offer_namespace(database, _target(original.__name__, args, options), completed, asynchronous=False)
        return database

    return connect


def _serialisable(database: Any) -> Any:
    """LanceDB refuses to serialise a connection with a header provider. Ours need not travel: where the text is read, the hook
    completes the connection again. The connection itself has taken the provider already."""
    config = getattr(database, "client_config", None)
    if isinstance(_field(config, "header_provider"), BrokerHeaderProvider) and dataclasses.is_dataclass(config):
        database.client_config = dataclasses.replace(config, header_provider=None)
    return database


def _offer_namespace(database: Any, target: Any, options: Mapping[str, Any], asynchronous: bool) -> None:
    """LanceDB exports no namespace of a connection with a header provider. Ours is one that renews its headers."""
    if not hasattr(database, "namespace_client") or not isinstance(target, str) or not target.startswith("db://"):
        return
    name, region = target[len("db://") :].split("/")[0], options.get("region") or "us-east-1"
    own = options.get("host_override")
    host = own or "https://%s.%s.api.lancedb.com" % (name, region)

    def namespace_client() -> Any:
        return _namespace.client_of(host, name if own else None)

    async def namespace_client_async() -> Any:
        return namespace_client()

    try:
        database.namespace_client = namespace_client_async if asynchronous else namespace_client
    except AttributeError:
        # A version whose objects take nothing new keeps what it has.
        pass


def _async(original: Any) -> Any:
    async def connect_async(*args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if not _concerns_us(original.__name__, args, options):
            return await original(*args, **options)
        import asyncio

        # The socket is local, but the window may have to ask the authorization server first.
        ask = functools.partial(_with_credentials, original, args, options)
        try:
            completed = await asyncio.get_running_loop().run_in_executor(None, ask)
        except LanceDBAuthError as error:
            raise error.with_traceback(None) from None
        database = await original(*args, **completed)
        if completed is not options:
            _offer_namespace(database, _target(original.__name__, args, options), completed, asynchronous=True)
        return database

    return connect_async


def _target(name: str, args: Sequence[Any], options: Mapping[str, Any]) -> Optional[str]:
    """The database (db://) or the catalog (a server's URL) that is connected to; None for whatever needs no sign-in."""
    catalog = name.startswith("connect_catalog")
    target = args[0] if args else options.get("endpoint" if catalog else "uri")
    schemes = ("https://", "http://") if catalog else ("db://",)
    return target if isinstance(target, str) and target.startswith(schemes) else None


#: Stands for "no key" where a framework insists on one. It is never sent to a server.
PLACEHOLDER = "lancedb-auth"


def _holds_placeholder(name: str, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
    if _target(name, args, options) is None:
        return False
    return (options.get("api_key") or os.environ.get("LANCEDB_API_KEY")) == PLACEHOLDER


def _concerns_us(name: str, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
    return _wants_credentials(name, args, options) or _holds_placeholder(name, args, options)


def _without_placeholder(options: Mapping[str, Any]) -> Dict[str, Any]:
    """For a caller who brings something else. An empty key keeps the client from its environment; OAuth must come without any."""
    others = {name: value for name, value in options.items() if name != "api_key"}
    has_own_key = os.environ.get("LANCEDB_API_KEY") not in (None, "", PLACEHOLDER)
    return others if has_own_key or options.get("oauth_config") is not None else dict(others, api_key="")


def _wants_credentials(name: str, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
    """In a session, and the caller brings nothing to sign in with."""
    return _target(name, args, options) is not None and not _brings_credentials(options) and session() is not None


def _brings_credentials(options: Mapping[str, Any]) -> bool:
    keys = (options.get("api_key"), os.environ.get("LANCEDB_API_KEY"))
    if any(key and key != PLACEHOLDER for key in keys) or options.get("oauth_config") is not None:
        return True
    config = options.get("client_config")
    if _field(config, "header_provider") is not None:
        return True
    if "uri" in (options.get("namespace_client_properties") or {}):
        # Another server, which no question to the window can name beside the database's.
        return True
    headers = _field(config, "extra_headers") or {}
    return any(str(header).lower() in ("authorization", "x-api-key") for header in headers)


def _field(config: Any, name: str) -> Any:
    return config.get(name) if isinstance(config, Mapping) else getattr(config, name, None)


def _with_credentials(original: Any, args: Sequence[Any], options: Dict[str, Any]) -> Dict[str, Any]:
    """The options with a header provider and the connection's server; the caller's own are not changed. Raises LanceDBAuthError
    where the window knows the database but has no token to give; no other failure of ours becomes the caller's."""
    target, name = None, original.__name__
    insists = _holds_placeholder(name, args, options)
    try:
        if not _wants_credentials(name, args, options):
            if not insists:
                return options
            if _brings_credentials(options):
                return _without_placeholder(options)
        target = _target(name, args, options)
        question = _question(target, options)
        return _complete(original, options, question, ask_for_headers(question))
    except LanceDBAuthError as error:
        _explain("%s: %s" % (target, error))
        if insists:
            raise
        if error.code in _not_ours or (error.code == "window_closed" and _is_nobodys(target)):
            return options
        raise
    except Exception as error:
        _explain("%s is left as it is: %r" % (target, error))
        if insists:
            raise LanceDBAuthError("unavailable", "LanceDB Auth has a fault: %r" % (error,)) from error
        return options


def _is_nobodys(target: Any) -> bool:
    """Whether a window that does not answer is no failure of this call: a catalog may be anybody's, and a window that was found by
    the folder alone was promised to nobody."""
    return not str(target).startswith("db://") or not os.environ.get("LANCEDB_AUTH_SESSION")


#: The window does not know this database or host: the call passes through untouched.
_not_ours = ("unknown_connection", "forbidden", "bad_request")


def _question(target: Any, options: Mapping[str, Any]) -> Dict[str, Optional[str]]:
    """Every option by which a server can be named is in it: one that is foreign to the connection gets no headers."""
    question = {"sqlHost": _text(options.get("sql_host_override")), "folder": current_folder()}
    if not target.startswith("db://"):
        return dict(question, host=target)
    return dict(question, uri=target, host=_text(options.get("host_override")), region=_text(options.get("region")))


def _text(option: Any) -> Optional[str]:
    return None if option is None else str(option)


def _places(original: Any, question: Mapping[str, Any]) -> Sequence[Tuple[str, str]]:
    """The options that name a server, in this version of lancedb, and what the broker calls them."""
    places = [("host_override", "hostOverride"), ("region", "region")] if "uri" in question else []
    if "sql_host_override" in inspect.signature(original).parameters:
        places.append(("sql_host_override", "sqlHostOverride"))
    return places


def _complete(
    original: Any, options: Mapping[str, Any], question: Dict[str, Optional[str]], reply: Dict[str, Any]
) -> Dict[str, Any]:
    connection = reply["connection"]
    provider = BrokerHeaderProvider(question, reply)
    # Without a key the client refuses to connect; with an empty one it sends none.
    completed = dict(options, api_key="", client_config=_config_with(provider, options.get("client_config")))
    for option, name in _places(original, question):
        if not completed.get(option) and connection.get(name):
            completed[option] = connection[name]
    _explain('%s: connects as "%s"' % (question.get("uri") or question["host"], connection.get("name")))
    return completed


def _config_with(provider: BrokerHeaderProvider, config: Any) -> Any:
    from lancedb.remote import ClientConfig, HeaderProvider

    HeaderProvider.register(BrokerHeaderProvider)
    if config is None:
        return ClientConfig(header_provider=provider)
    if isinstance(config, Mapping):
        return ClientConfig(**dict(config, header_provider=provider))
    return dataclasses.replace(config, header_provider=provider)


def _explain(text: str) -> None:
    if os.environ.get("LANCEDB_AUTH_DEBUG") == "1":
        sys.stderr.write("lancedb-auth: %s\n" % text)
