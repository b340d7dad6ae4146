"""What a program gets instead of headers, and how IPython shows it: the sentence first and last, and the cell's own line between.
Standard library only, and nothing of IPython unless it shows the error."""

import re
import textwrap
import types
from typing import Any, List, Optional


class LanceDBAuthError(RuntimeError):
    """No headers could be had; the message says what to do in VS Code.

    ``code`` is one of interaction_required, locked, unknown_connection, forbidden, unavailable, bad_request, window_closed
    (no window can be reached from here, and the message says why).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> Any:
        return (LanceDBAuthError, (self.code, str(self)))

    def _render_traceback_(self, *_: Any, **__: Any) -> List[str]:
        """IPython asks for this (its documented way for an exception to show itself); a long line would be cut at the cell's edge."""
        sentence = textwrap.fill("LanceDBAuthError: %s" % self, 78)
        try:
            return [sentence, ""] + _lines_of_caller(self) + ["", sentence]
        except Exception:
            return [sentence]


def _lines_of_caller(error: BaseException) -> List[str]:
    from IPython import get_ipython  # type: ignore[import-not-found]

    table = get_ipython().InteractiveTB
    shown = table.structured_traceback(type(error), error, _without_ours(error.__traceback__))
    lines = "\n".join(shown).strip("\n").split("\n")
    return [line for line in lines if not _is_frame_of_frames(line, str(error))]


def _is_frame_of_frames(line: str, sentence: str) -> bool:
    """The rule and the heading above, and the sentence below, which is not wrapped and said already."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", line).strip()
    return sentence in plain or "Traceback (most recent call last)" in plain or plain.strip("-") == ""


def _without_ours(trace: Optional[types.TracebackType]) -> Optional[types.TracebackType]:
    kept = []
    while trace is not None:
        if not str(trace.tb_frame.f_globals.get("__name__", "")).startswith("lancedb_auth"):
            kept.append(trace)
        trace = trace.tb_next
    rest: Optional[types.TracebackType] = None
    for each in reversed(kept):
        rest = types.TracebackType(rest, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return rest
