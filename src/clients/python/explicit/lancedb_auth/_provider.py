"""The header provider that LanceDB asks before every request: answers from memory, and asks the broker often enough to see a
sign-out. Safe among threads and after a fork."""

import os
import threading
import time
import weakref
from typing import Any, Dict, Optional, Tuple

from ._broker import (
    SIGN_OF_LIFE_SECONDS,
    SIGN_OF_LIFE_WITH_TOKEN_SECONDS,
    ask_for_headers,
    current_folder,
)
from ._error import LanceDBAuthError

#: From this age on (seconds) headers are renewed in the background, and from this one on before they are used again.
RENEW_SECONDS = 10.0
TRUST_SECONDS = 15.0

_LAST_SECONDS = 2.0

_live: "weakref.WeakSet[BrokerHeaderProvider]" = weakref.WeakSet()


class BrokerHeaderProvider:
    """Satisfies ``lancedb.remote.HeaderProvider``. Holds headers in memory only; pickled, it is a question without an answer."""

    def __init__(self, question: Dict[str, Optional[str]], first: Optional[Dict[str, Any]] = None) -> None:
        self._question = dict(question)
        self._lock = threading.Lock()
        self._renewing = False
        #: headers, when they expire (epoch seconds) and when they were asked for (monotonic seconds)
        self._answer: Optional[Tuple[Dict[str, str], Optional[float], float]] = None
        if first is not None:
            self._accept(first)
        _live.add(self)

    def get_headers(self) -> Dict[str, str]:
        """The headers of a token that is valid now. Raises LanceDBAuthError."""
        answer = self._answer
        if answer is not None and _is_valid(answer):
            age = time.monotonic() - answer[2]
            if age < RENEW_SECONDS:
                return dict(answer[0])
            if age < TRUST_SECONDS:
                self._renew_in_background()
                return dict(answer[0])
        return dict(self._renew(answer)[0])

    def __reduce__(self) -> Any:
        return (BrokerHeaderProvider, (self._question,))

    def _renew(self, seen: Any) -> Tuple[Dict[str, str], Optional[float], float]:
        """One thread asks; those that waited for it take its answer."""
        with self._lock:
            answer = self._answer
            if answer is not None and answer is not seen and _is_valid(answer):
                return answer
            return self._ask(answer)

    def _ask(self, answer: Any) -> Tuple[Dict[str, str], Optional[float], float]:
        try:
            holds_token = answer is not None and _is_valid(answer)
            patience = SIGN_OF_LIFE_WITH_TOKEN_SECONDS if holds_token else SIGN_OF_LIFE_SECONDS
            return self._accept(ask_for_headers(self._question, patience))
        except LanceDBAuthError as error:
            passing = error.code in ("window_closed", "unavailable")
            if passing and answer is not None and _is_valid(answer):
                # Out of reach for a moment: what is valid goes on being used, and is not asked for at every request.
                self._answer = (answer[0], answer[1], time.monotonic() - RENEW_SECONDS + 1.0)
                return self._answer
            self._answer = None
            raise

    def _renew_in_background(self) -> None:
        if self._renewing:
            return
        self._renewing = True
        try:
            threading.Thread(target=self._renew_quietly, name="lancedb-auth", daemon=True).start()
        except RuntimeError:
            # The interpreter is ending, or can start no thread: the answer is valid for now.
            self._renewing = False

    def _renew_quietly(self) -> None:
        try:
            self._renew(self._answer)
        except LanceDBAuthError:
            # The next request asks again, and raises it where somebody hears.
            pass
        finally:
            self._renewing = False

    def _accept(self, reply: Dict[str, Any]) -> Tuple[Dict[str, str], Optional[float], float]:
        headers = {str(name): str(value) for name, value in reply["headers"].items()}
        expires_at = reply.get("expiresAt")
        answer = (headers, expires_at / 1000.0 if isinstance(expires_at, (int, float)) else None, time.monotonic())
        self._answer = answer
        return answer

    def _after_fork(self) -> None:
        """A lock that another thread of the parent held would stay locked in the child for ever."""
        self._lock = threading.Lock()
        self._renewing = False


def _is_valid(answer: Tuple[Dict[str, str], Optional[float], float]) -> bool:
    return answer[1] is None or time.time() < answer[1] - _LAST_SECONDS


def header_provider(
    uri: Optional[str] = None,
    *,
    connection: Optional[str] = None,
    host: Optional[str] = None,
    sql_host: Optional[str] = None,
) -> BrokerHeaderProvider:
    """A provider for ``client_config={"header_provider": …}``.

    :param uri: the database, ``db://name``; without it and ``connection``, the folder's active connection
    :param connection: a connection by its name in VS Code
    :param host: the server's URL; headers are given for the connection's own host alone
    :param sql_host: the URL of the SQL service, where the program names one; the same holds for it
    """
    question = {"uri": uri, "connection": connection, "host": host, "sqlHost": sql_host, "folder": current_folder()}
    return BrokerHeaderProvider(question)


def _after_fork_in_child() -> None:
    for provider in list(_live):
        provider._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
