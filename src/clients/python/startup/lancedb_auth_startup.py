# PYTHONSTARTUP of the notebook kernels that VS Code starts: installs the import hook, then runs the start-up file that the user had.
# Runs in the user's namespace before the first cell: leaves no name behind, prints nothing, and steps aside where something is missing.
# Plain enough for any interactive Python that finds it in its environment.


def _lancedb_auth_install():
    import os
    import sys

    here = os.environ.pop("PYTHONSTARTUP", "")
    own = os.environ.pop("LANCEDB_AUTH_PYTHONSTARTUP", "")
    if own:
        # What this kernel starts finds it where the user has put it.
        os.environ["PYTHONSTARTUP"] = own
    try:
        if os.environ.get("LANCEDB_AUTH_SESSION") and sys.version_info >= (3, 8):
            client = os.path.dirname(os.path.dirname(os.path.abspath(here)))
            autoconnect, explicit = os.path.join(client, "autoconnect"), os.path.join(client, "explicit")
            sys.path.insert(0, autoconnect)
            try:
                from _lancedb_auth_finder import install
            finally:
                sys.path.remove(autoconnect)
            install(explicit)
            sys.path.append(explicit)
            # The programs that a cell starts (!python search.py, multiprocessing) are reached as in a terminal.
            theirs = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
            ours = [folder for folder in (autoconnect, explicit) if folder not in theirs]
            os.environ["PYTHONPATH"] = os.pathsep.join(ours + theirs)
    except Exception:
        pass
    return own


def _lancedb_auth_run(path, space):
    """As the interpreter itself would have run it; what it raises is its own affair."""
    if "get_ipython" in space:
        shell = space["get_ipython"]()
        if path.endswith((".ipy", ".ipynb")):
            shell.safe_execfile_ipy(path, raise_exceptions=True)
        else:
            shell.safe_execfile(path, space, raise_exceptions=True)
        return
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", 0, True)
    exec(code, space)


def _lancedb_auth_startup(space):
    run = space.pop("_lancedb_auth_run")
    install = space.pop("_lancedb_auth_install")
    del space["_lancedb_auth_startup"]
    own = install()
    if not own:
        return
    had = "__file__" in space
    ours = space.get("__file__")
    space["__file__"] = own
    try:
        run(own, space)
    finally:
        if had:
            space["__file__"] = ours
        else:
            space.pop("__file__", None)


_lancedb_auth_startup(globals())
