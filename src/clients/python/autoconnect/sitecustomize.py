# Runs at the start of every Python of a terminal, before the program: installs the finder, tidies up after the way it came here,
# and then runs the sitecustomize that it shadows. Plain enough for any Python; harmless where something is missing.
import os
import sys


def _tidy_path(here):
    """The terminal's PYTHONPATH is "ours:" before a value that may be absent; the empty last entry would mean the current folder."""
    value = os.environ.get("PYTHONPATH", "")
    entries = value.split(os.pathsep)
    if len(entries) < 2 or entries[-1] != "" or "" in entries[:-1]:
        return
    last = os.path.normpath(entries[-2])
    if os.path.dirname(last) != os.path.dirname(here):
        return
    os.environ["PYTHONPATH"] = value[: -len(os.pathsep)]
    # The interpreter has turned the empty entry into the current folder, right behind its neighbour.
    for index in range(1, len(sys.path)):
        if os.path.normpath(sys.path[index - 1]) == last:
            if sys.path[index] in ("", os.getcwd()):
                del sys.path[index]
            return


def _run_shadowed(here):
    """Another sitecustomize further down the path runs as if this one were not there; what it raises is its own affair."""
    elsewhere = [entry for entry in sys.path if os.path.normpath(entry or ".") != here]
    if sys.version_info[0] == 2:
        import imp

        try:
            found = imp.find_module("sitecustomize", elsewhere)
        except ImportError:
            return
        imp.load_module("sitecustomize", *found)
        return
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        spec = None if find_spec is None else find_spec("sitecustomize", elsewhere)
        if spec is None or spec.loader is None:
            continue
        from importlib.util import module_from_spec

        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)
        return


def _install(here):
    if sys.version_info >= (3, 8):
        from _lancedb_auth_finder import install

        install(os.path.join(os.path.dirname(here), "explicit"))


def _start():
    here = os.path.dirname(os.path.abspath(__file__))
    for step in (_tidy_path, _install):
        try:
            step(here)
        except Exception:
            pass
    _run_shadowed(here)


_start()
