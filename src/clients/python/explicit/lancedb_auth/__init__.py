"""LanceDB with the sign-in of the VS Code window that this program runs in.

In a terminal of VS Code nothing has to be done: ``lancedb.connect("db://…")`` is completed by itself. Those who prefer to say it
pass a header provider::

    import lancedb
    from lancedb_auth import header_provider

    db = lancedb.connect("db://demo", api_key="", host_override="https://…",
                         client_config={"header_provider": header_provider("db://demo")})
"""

from ._error import LanceDBAuthError
from ._provider import BrokerHeaderProvider, header_provider

__all__ = ["BrokerHeaderProvider", "LanceDBAuthError", "header_provider"]
