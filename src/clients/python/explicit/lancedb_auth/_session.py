"""Which window a program asks: the one that its environment points to, else the one that has its folder open on this machine. Reads
only what nobody but this user can have written. Standard library only."""

import json
import os
import socket
import stat
import sys
from typing import Any, Optional


def find_session(folder: Optional[str]) -> Optional[str]:
    """The path of the window's descriptor."""
    given = os.environ.get("LANCEDB_AUTH_SESSION")
    if given or not folder:
        return given or None
    try:
        return _nearest_window(folder)
    except (OSError, ValueError):
        # No index, or one that cannot be read.
        return None


def _nearest_window(folder: str) -> Optional[str]:
    index = os.path.join(_state_folder(), "lancedb-auth", "windows")
    if not _is_ours_alone(index, stat.S_ISDIR):
        return None
    nearest: Any = (0, 0.0, None)
    for name in os.listdir(index):
        path = os.path.join(index, name)
        if not name.endswith(".json") or not _is_ours_alone(path, stat.S_ISREG):
            continue
        depth, descriptor = _read_entry(path, folder)
        found = (depth, os.lstat(path).st_mtime)
        if depth > 0 and found > nearest[:2] and _is_ours_alone(descriptor, stat.S_ISREG):
            nearest = found + (descriptor,)
    result: Optional[str] = nearest[2]
    return result


def _state_folder() -> str:
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    return os.path.expanduser("~/.local/state")


def _read_entry(path: str, folder: str) -> Any:
    """How near this window is to the folder (0: it does not serve it), and its descriptor."""
    try:
        with open(path, encoding="utf-8") as file:
            entry = json.load(file)
        if entry["version"] != 1 or entry["machine"] != socket.gethostname():
            return 0, ""
        folders = entry["folders"]
        if not isinstance(folders, list):
            return 0, ""
        fitting = [len(each) for each in folders if each and _holds(each, folder)]
        return max([0] + fitting), str(entry["descriptor"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""


def _holds(parent: str, folder: str) -> bool:
    outer, inner = os.path.normcase(parent), os.path.normcase(folder)
    return inner == outer or inner.startswith(outer if outer.endswith(os.sep) else outer + os.sep)


def _is_ours_alone(path: str, kind: Any) -> bool:
    """Windows keeps the folder inside the user's profile, whose access list does what modes do elsewhere."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    if not kind(found.st_mode):
        return False
    return sys.platform == "win32" or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
