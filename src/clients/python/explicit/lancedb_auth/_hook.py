"""Completes lancedb's connect functions: a db:// URI without credentials of its own gets the window's. Anything else passes
through untouched, and so does a database or host that the window does not know."""

import dataclasses
import functools
import os
import sys
from typing import Any, Dict, Mapping

from ._broker import LanceDBAuthError, ask_for_headers, session
from ._provider import BrokerHeaderProvider


def complete(lancedb: Any) -> None:
    """Wraps what this version of lancedb has; each function once."""
    _wrap(lancedb, "connect", _sync)
    _wrap(lancedb, "connect_async", _async)


def _wrap(lancedb: Any, name: str, wrap: Any) -> None:
    original = getattr(lancedb, name, None)
    if original is None or hasattr(original, "_lancedb_auth"):
        return
    wrapped = functools.wraps(original)(wrap(original))
    wrapped._lancedb_auth = True
    setattr(lancedb, name, wrapped)


def _sync(original: Any) -> Any:
    def connect(uri: Any = None, *args: Any, **options: Any) -> Any:
        return _serialisable(original(uri, *args, **_with_credentials(uri, options)))

    return connect


def _serialisable(database: Any) -> Any:
    """LanceDB refuses to serialise a connection with a header provider. Ours need not travel: where the text is read, the hook
    completes the connection again. The connection itself has taken the provider already."""
    config = getattr(database, "client_config", None)
    if isinstance(_field(config, "header_provider"), BrokerHeaderProvider) and dataclasses.is_dataclass(config):
        database.client_config = dataclasses.replace(config, header_provider=None)
    return database


def _async(original: Any) -> Any:
    async def connect_async(uri: Any = None, *args: Any, **options: Any) -> Any:
        if _wants_credentials(uri, options):
            import asyncio

            # The socket is local, but the window may have to ask the authorization server first.
            options = await asyncio.get_running_loop().run_in_executor(None, _with_credentials, uri, options)
        return await original(uri, *args, **options)

    return connect_async


def _wants_credentials(uri: Any, options: Mapping[str, Any]) -> bool:
    if not isinstance(uri, str) or not uri.startswith("db://") or session() is None:
        return False
    if options.get("api_key") or options.get("oauth_config") is not None or os.environ.get("LANCEDB_API_KEY"):
        return False
    config = options.get("client_config")
    if _field(config, "header_provider") is not None:
        return False
    headers = _field(config, "extra_headers") or {}
    return not any(str(name).lower() in ("authorization", "x-api-key") for name in headers)


def _field(config: Any, name: str) -> Any:
    return config.get(name) if isinstance(config, Mapping) else getattr(config, name, None)


def _with_credentials(uri: Any, options: Dict[str, Any]) -> Dict[str, Any]:
    """The options with a header provider and the connection's server; the caller's own are not changed."""
    if not _wants_credentials(uri, options):
        return options
    question = {
        "uri": uri,
        "host": options.get("host_override"),
        "region": options.get("region"),
        "folder": os.getcwd(),
    }
    try:
        reply = ask_for_headers(question)
    except LanceDBAuthError as error:
        _explain("%s: %s" % (uri, error))
        if error.code in ("unknown_connection", "forbidden"):
            return options
        raise
    connection = reply.get("connection") or {}
    _explain('%s: connects as "%s"' % (uri, connection.get("name")))
    provider = BrokerHeaderProvider(question, reply)
    completed = dict(options, api_key="", client_config=_config_with(provider, options.get("client_config")))
    for option, name in (("host_override", "hostOverride"), ("region", "region")):
        if not completed.get(option) and connection.get(name):
            completed[option] = connection[name]
    return completed


def _config_with(provider: BrokerHeaderProvider, config: Any) -> Any:
    from lancedb.remote import ClientConfig

    try:
        from lancedb.remote import HeaderProvider

        HeaderProvider.register(BrokerHeaderProvider)
    except ImportError:
        pass
    if config is None:
        return ClientConfig(header_provider=provider)
    if isinstance(config, Mapping):
        return ClientConfig(**dict(config, header_provider=provider))
    return dataclasses.replace(config, header_provider=provider)


def _explain(text: str) -> None:
    if os.environ.get("LANCEDB_AUTH_DEBUG") == "1":
        sys.stderr.write("lancedb-auth: %s\n" % text)
