"""Why the window cannot be reached, and for how long it may come back: the sentence that is true in the place where the program
runs. The Node client's unreachable.ts says the same in the same words. Loaded when something has failed; reads local files only."""

import errno
import os
import sys
import time
from typing import Any, Mapping, Optional

#: A window that is reloaded is back within so many seconds of the moment when its descriptor went.
RELOAD_SECONDS = 20.0

#: A socket that vanished is opened again, and an extension host that crashed is started again, within so many.
REOPEN_SECONDS = 5.0

_WINDOW = "The VS Code window that signs in to LanceDB"
_REFUSALS = (errno.EPERM, errno.EACCES, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
_NOBODY_LISTENS = (errno.ENOENT, errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN, 0)

_ALLOW_SOCKETS = (
    'In VS Code: "chat.agent.sandbox.advanced.runtime": {"network": {"allowAllUnixSockets": true}}. '
    "In Claude Code: sandbox.network.allowAllUnixSockets. In Codex: sandbox_workspace_write.network_access."
)


class Unreached(Exception):
    """What a program ran into on its way to the window: descriptor (it cannot be read: ``code`` is the errno), socket (nobody answers
    there, or it may not be used), busy, slow (``seconds`` without a sign of life, or an answer), damaged, version."""

    def __init__(
        self, what: str, code: int = 0, descriptor: Optional[Mapping[str, Any]] = None, seconds: float = 0.0
    ) -> None:
        super().__init__(what)
        self.what = what
        self.code = code
        self.descriptor = descriptor or {}
        self.seconds = seconds


def worth_waiting(obstacle: Unreached, path: str, waited: float) -> bool:
    """Whether the window that was there a moment ago may still come back."""
    if obstacle.what == "damaged":
        return waited < REOPEN_SECONDS
    if obstacle.what == "socket" and obstacle.code in _NOBODY_LISTENS:
        return waited < REOPEN_SECONDS and _place(obstacle.descriptor) == "here"
    # Removing the descriptor changes its folder, which tells when.
    if obstacle.what != "descriptor" or obstacle.code != errno.ENOENT:
        return False
    if _is_hidden(path):
        return False
    return abs(time.time() - _changed_at(os.path.dirname(path))) < RELOAD_SECONDS


def sentence_for(obstacle: Unreached, path: str, waited: float) -> str:
    seconds = int(waited + 0.5)
    said = _sentence(obstacle, path)
    return said if seconds == 0 else "%s (This program has waited %d s for it.)" % (said, seconds)


def outside_sentence(otherwise: str) -> str:
    """Where there is no pointer at all."""
    if not os.environ.get("SUDO_USER"):
        return otherwise
    return (
        "sudo takes the variables of the VS Code terminal away from this program (LANCEDB_AUTH_SESSION). "
        "Start it without sudo."
    )


def _sentence(obstacle: Unreached, path: str) -> str:
    if obstacle.what == "descriptor":
        return _unreadable(obstacle.code, path)
    if obstacle.what == "socket":
        return _no_answer(obstacle.code, obstacle.descriptor)
    if obstacle.what == "busy":
        return (
            "%s is busy: it gave no sign of life for %g s. Try again; if it stays so, "
            'run "Developer: Reload Window" there.' % (_WINDOW, obstacle.seconds)
        )
    if obstacle.what == "slow":
        return (
            "%s has not answered within %g s: it waits for a person, or its authorization server is slow. "
            "Look there, then try again." % (_WINDOW, obstacle.seconds)
        )
    if obstacle.what == "damaged":
        return (
            'The file that leads to the VS Code window is damaged (%s). Run "Developer: Reload Window" there.' % path
        )
    return (
        "%s has another version of LanceDB Auth. Open a new terminal there, and start this program in it." % _WINDOW
    )


def _unreadable(code: int, path: str) -> str:
    if code in (errno.EACCES, errno.EPERM):
        return _another_user() if _owner_is_another(path) else _hidden(path)
    if code not in (errno.ENOENT, errno.ENOTDIR):
        return "The file that leads to the VS Code window cannot be read (%s): %s" % (_name(code), path)
    # The extension's own folder stays when a window closes.
    if os.path.exists(_storage(path)):
        return (
            "No VS Code window serves this program any more: the one that started its terminal has been closed, "
            "or has nothing to hand out. Open the folder in VS Code again."
        )
    return _hidden(path) if _is_hidden(path) else _container(path)


def _storage(path: str) -> str:
    """The extension's own folder, in whose "sessions" the descriptor is."""
    return os.path.dirname(os.path.dirname(path))


def _is_hidden(path: str) -> bool:
    """Such a sandbox puts an empty folder in the place of the home."""
    return _is_sandboxed() and not os.path.exists(_storage(path))


def _no_answer(code: int, descriptor: Mapping[str, Any]) -> str:
    path = str(descriptor.get("socketPath"))
    if code in _REFUSALS:
        return _another_user() if code == errno.EACCES and _owner_is_another(path) else _refused(code)
    place = _place(descriptor)
    if place == "anotherMachine":
        return _another_machine(str(descriptor.get("host") or ""))
    if place == "container" and code == errno.ENOENT:
        return _hidden(path) if _is_sandboxed() else _container(path)
    if code not in _NOBODY_LISTENS:
        return "The socket of the VS Code window cannot be used (%s): %s" % (_name(code), path)
    pid = descriptor.get("pid")
    if _is_gone(pid):
        return (
            "%s has ended (its process %s is gone). Open the folder in VS Code again, "
            'or run "Developer: Restart Extension Host" there.' % (_WINDOW, pid)
        )
    return '%s does not listen at %s. Run "Developer: Reload Window" there.' % (_WINDOW, path)


def _another_machine(host: str) -> str:
    here = _host()
    return (
        '%s runs on the machine "%s", and this program on "%s": a local socket does not reach across. '
        'Start the program on "%s", or open the folder in VS Code on "%s" (Remote-SSH) '
        "and start it in a terminal there." % (_WINDOW, host, here, host, here)
    )


def _refused(code: int) -> str:
    return (
        "A sandbox keeps this program from the socket of the VS Code window (%s). "
        "Run it outside the sandbox, or allow Unix sockets there. %s" % (_name(code), _ALLOW_SOCKETS)
    )


def _hidden(path: str) -> str:
    return (
        "A sandbox hides the files of LanceDB Auth from this program (%s). Run it outside the sandbox, "
        "or let it read there (in VS Code: allowRead in chat.agent.sandbox.fileSystem.linux or .mac) "
        "and allow Unix sockets. %s" % (path, _ALLOW_SOCKETS)
    )


def _container(path: str) -> str:
    return (
        "This program runs in a container, or another place that does not show %s of the VS Code window. "
        "Start it outside, or attach VS Code to the container, or mount the folder %s there."
        % (path, os.path.dirname(path))
    )


def _another_user() -> str:
    return (
        "This program runs as another user than the VS Code window, and only the user of the window may use "
        "its sign-in. Start it as that user: without sudo or su."
    )


def _place(descriptor: Mapping[str, Any]) -> str:
    """Where the window is, seen from here. "here" where nothing says otherwise."""
    # Elsewhere a machine is called by the network that it is in, and has no mounts of one program alone.
    if not sys.platform.startswith("linux"):
        return "here"
    host, boot, mounts = (descriptor.get(name) for name in ("host", "boot", "mounts"))
    own_boot, own_mounts = _boot(), _mounts()
    if boot != own_boot and host not in (None, _host()):
        return "container" if _is_container() and boot is None else "anotherMachine"
    same_mounts = mounts is None or own_mounts is None or mounts == own_mounts
    return "here" if same_mounts or boot != own_boot else "container"


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _boot() -> Optional[str]:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return None


def _mounts() -> Optional[str]:
    try:
        return os.readlink("/proc/self/ns/mnt")
    except OSError:
        return None


def _is_container() -> bool:
    return os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv")


def _is_sandboxed() -> bool:
    """Set by the sandboxes of VS Code and Claude Code, and by Codex."""
    names = ("SANDBOX_RUNTIME", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED")
    return any(os.environ.get(name) for name in names)


def _owner_is_another(path: str) -> bool:
    """The owner of the nearest folder that can be looked at."""
    own = os.geteuid() if hasattr(os, "geteuid") else 0
    while own != 0:
        try:
            return os.stat(path).st_uid != own
        except OSError:
            if path == os.path.dirname(path):
                break
            path = os.path.dirname(path)
    return False


def _is_gone(pid: Any) -> bool:
    # On Windows os.kill would end the process.
    if os.name != "posix" or not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def _changed_at(folder: str) -> float:
    """When something came or went in the folder, or, where it is gone as well, in one of the two above it."""
    for _ in range(3):
        try:
            return os.stat(folder).st_mtime
        except OSError:
            folder = os.path.dirname(folder)
    return 0.0


def _name(code: int) -> str:
    return errno.errorcode.get(code, str(code))
