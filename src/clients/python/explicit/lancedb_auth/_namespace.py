"""REST namespaces on the server of one of the window's connections: lance_namespace.connect gets a context provider, and lancedb's own
client, which knows none, a gateway in this process. Whoever brings credentials, and any other server, passes through untouched."""

import os
import sys
from typing import Any, Callable, Dict, Mapping, Optional

from ._broker import ask_for_headers, current_folder, session
from ._error import LanceDBAuthError
from ._provider import BrokerHeaderProvider

#: The window does not know this server, or there is no window: a namespace's server may well be anybody's.
_NOT_OURS = ("unknown_connection", "forbidden", "bad_request", "window_closed")

_PROVIDER = "dynamic_context_provider"


class ContextProvider:
    """What lance_namespace asks before each operation; named by its path, so that it is made anew in another process."""

    def __init__(self, host: str = "", uri: Optional[str] = None) -> None:
        self._provider = BrokerHeaderProvider(_question(host, uri))

    def provide_context(self, info: Any) -> Dict[str, str]:
        return {"headers." + name: value for name, value in self._provider.get_headers().items()}


def complete(lance_namespace: Any) -> None:
    """Wraps lance_namespace.connect, once."""
    original = getattr(lance_namespace, "connect", None)
    if original is None or hasattr(original, "_lancedb_auth"):
        return
    import functools

    @functools.wraps(original)
    def connect(impl: str, properties: Any) -> Any:
        return original(impl, _with_provider(impl, properties))

    connect._lancedb_auth = True  # type: ignore[attr-defined]
    lance_namespace.connect = connect
    for name in ("lancedb.namespace", "lancedb.db"):
        # They have taken it by its name, where they were there before us.
        if getattr(sys.modules.get(name), "namespace_connect", None) is original:
            sys.modules[name].namespace_connect = connect  # type: ignore[attr-defined]


def through_gateway(original: Callable[..., Any]) -> Callable[..., Any]:
    """For lancedb.connect_namespace and its asynchronous twin, whose native client takes headers that never change."""

    def connect_namespace(*args: Any, **options: Any) -> Any:
        impl = args[0] if args else _named(options, "namespace_client_impl", "impl")
        given = args[1] if len(args) > 1 else _named(options, "namespace_client_properties", "properties")
        changed = _with_gateway(impl, given)
        if changed is given:
            return original(*args, **options)
        if len(args) > 1:
            args = (args[0], changed) + args[2:]
        else:
            options = {name: changed if value is given else value for name, value in options.items()}
        database = original(*args, **options)
        if hasattr(database, "_namespace_client_properties"):
            # What is serialised, or asked for its own namespace, must not lead to this process.
            database._namespace_client_properties = given
        return database

    return connect_namespace


def _named(options: Mapping[str, Any], *names: str) -> Any:
    """Versions differ in the names of their parameters."""
    return next((options[name] for name in names if name in options), None)


def client_of(host: str, database: Optional[str]) -> Any:
    """The namespace of a connection whose headers lancedb cannot export."""
    import lance_namespace

    named = {} if database is None else {"headers.x-lancedb-database": database}
    return lance_namespace.connect("rest", dict(named, uri=host))


def _question(host: str, uri: Optional[str]) -> Dict[str, Optional[str]]:
    return {"host": host, "uri": uri, "folder": current_folder()}


def _named_database(properties: Mapping[str, Any]) -> Optional[str]:
    for name, value in properties.items():
        if str(name).lower() in ("header.x-lancedb-database", "headers.x-lancedb-database") and value:
            return "db://%s" % value
    return None


def _asked(impl: Any, properties: Any) -> Optional[Dict[str, Optional[str]]]:
    """What to ask the window, which has said yes; None where this namespace is not ours. Raises LanceDBAuthError."""
    if impl != "rest" or not isinstance(properties, Mapping) or session() is None:
        return None
    uri = properties.get("uri")
    names = [str(name).lower().rpartition(".")[2] for name in properties if str(name).lower().startswith("header")]
    if not isinstance(uri, str) or "authorization" in names or "x-api-key" in names:
        return None
    if any(str(name).startswith(_PROVIDER) for name in properties):
        return None
    question = _question(uri, _named_database(properties))
    try:
        ask_for_headers(question)
        return question
    except LanceDBAuthError as error:
        _explain("%s: %s" % (uri, error))
        if error.code in _NOT_OURS:
            return None
        raise
    except Exception as error:
        _explain("%s is left as it is: %r" % (uri, error))
        return None


def _with_provider(impl: Any, properties: Any) -> Any:
    question = _asked(impl, properties)
    if question is None:
        return properties
    added = {_PROVIDER + ".impl": "lancedb_auth._namespace.ContextProvider", _PROVIDER + ".host": question["host"]}
    if question["uri"]:
        added[_PROVIDER + ".uri"] = question["uri"]
    return dict(properties, **added)


def _with_gateway(impl: Any, properties: Any) -> Any:
    question = _asked(impl, properties)
    if question is None:
        return properties
    from ._gateway import through

    host = str(question["host"])
    origin, headers = through(host, BrokerHeaderProvider(question), _tls_of(properties))
    _explain("%s: connects through a gateway of this process" % host)
    return dict(properties, uri=origin, **{"headers." + name: value for name, value in headers.items()})


def _tls_of(properties: Mapping[str, Any]) -> Dict[str, Any]:
    found = {name: properties.get("tls." + name) for name in ("cert_file", "key_file", "ssl_ca_cert", "assert_hostname")}
    return {name: value for name, value in found.items() if value is not None}


def _explain(text: str) -> None:
    if os.environ.get("LANCEDB_AUTH_DEBUG") == "1":
        sys.stderr.write("lancedb-auth: %s\n" % text)
