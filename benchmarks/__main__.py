"""Run one benchmark or all of them and print a table, or JSON."""

import argparse
import importlib
import sys

from .figures import Figure, as_json, table

NAMES = ("list", "push", "action", "dead_host", "console", "wall", "migrate", "evacuate", "idle")


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="guesthouse bench", description=__doc__)
    parser.add_argument("name", nargs="?", help=", ".join(n.replace("_", "-") for n in NAMES))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    wanted = (options.name or "").replace("-", "_")
    if wanted and wanted not in NAMES:
        parser.error(f"there is no benchmark called {options.name}")
    figures: list[Figure] = []
    for name in [wanted] if wanted else NAMES:
        print(f"running {name.replace('_', '-')} …", file=sys.stderr)
        module = importlib.import_module(f"benchmarks.bench_{name}")
        figures += module.run()
    print(as_json(figures) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
