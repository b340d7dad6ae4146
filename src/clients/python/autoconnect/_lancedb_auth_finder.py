# Notices the imports of lancedb and lance_namespace and lets lancedb_auth complete their connect functions; does nothing until then.
# Loaded at the start of every Python of a terminal: imports nothing, prints nothing, never raises into its host.
import sys


NAMES = ("lancedb", "lance_namespace")


class Finder(object):
    """A meta path finder that finds nothing itself: it lets the others find lancedb, and attends its execution."""

    def __init__(self, explicit_folder):
        self.explicit_folder = explicit_folder
        self.searching = False

    def find_spec(self, name, path=None, target=None):
        if name not in NAMES or self.searching:
            return None
        self.searching = True
        try:
            spec = self.find_with_others(name, path, target)
            if spec is not None and spec.loader is not None:
                self.attend(spec.loader)
            return spec
        except Exception:
            return None
        finally:
            self.searching = False

    def find_with_others(self, name, path, target):
        for finder in sys.meta_path:
            find_spec = getattr(finder, "find_spec", None)
            spec = None if find_spec is None or finder is self else find_spec(name, path, target)
            if spec is not None:
                return spec
        return None

    def attend(self, loader):
        """The loader stays what it is, for those who look at it; only this instance's execution is followed by ours."""
        execute = loader.exec_module

        def exec_module(module):
            execute(module)
            # A zip archive has one loader for all of its modules.
            if module.__name__ in NAMES:
                self.complete(module)

        loader.exec_module = exec_module

    def complete(self, module):
        try:
            # In a kernel elsewhere there is no folder: the package is in memory.
            if self.explicit_folder and self.explicit_folder not in sys.path:
                sys.path.append(self.explicit_folder)
            if module.__name__ == "lancedb":
                from lancedb_auth._hook import complete
            else:
                from lancedb_auth._namespace import complete

            complete(module)
        except Exception as error:
            explain("%s is left as it is: %r" % (module.__name__, error))


def install(explicit_folder):
    for finder in sys.meta_path:
        # A copy of this file in another folder makes another class.
        if type(finder).__name__ == "Finder" and hasattr(finder, "explicit_folder"):
            return
    sys.meta_path.insert(0, Finder(explicit_folder))


def explain(text):
    import os

    if os.environ.get("LANCEDB_AUTH_DEBUG") == "1":
        sys.stderr.write("lancedb-auth: %s\n" % text)
