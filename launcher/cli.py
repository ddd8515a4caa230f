"""What does the command line ask for?"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from launcher import places, venv
from launcher.words import ProblemError, say

Handler = Callable[[argparse.Namespace, list[str]], int]


def main(words: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; 2 is for what a person must decide or mend."""
    try:
        asked, rest = parse(sys.argv[1:] if words is None else words)
        handler: Handler = asked.handler
        return handler(asked, rest)
    except ProblemError as problem:
        print(f"guesthouse: {problem}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130


def parse(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return what was asked, and the words that belong to the command behind it."""
    asked, rest = make_parser().parse_known_args(words)
    if rest and not asked.passes_on:
        raise ProblemError(f"{asked.command} does not know {' '.join(rest)}; see --help.")
    return asked, rest


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    common.add_argument("--data", metavar="FOLDER", help="where everything is kept (default: var)")
    common.add_argument("--yes", action="store_true", help="ask nothing; the answer is yes")
    parser = argparse.ArgumentParser(
        prog="guesthouse", description="A web portal for KVM hosts and their guests.",
        allow_abbrev=False,
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(
        name: str, summary: str, handler: Handler, *, passes_on: bool = False
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, help=summary, description=summary, parents=[common], allow_abbrev=False,
            add_help=not passes_on,
        )  # fmt: skip
        command.set_defaults(handler=handler, passes_on=passes_on)
        return command

    for name, summary, handler in (
        ("up", "everything, in the foreground; Ctrl-C stops all of it", _up),
        ("demo", "the same portal on a simulated fleet", _demo),
    ):
        command = add(name, summary, handler)
        command.add_argument("--port", type=_port, default=8000, help="default: 8000")
        command.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS",
                             help="default: 127.0.0.1, this machine only")  # fmt: skip
    add("test", "install what the tests need and run them (pytest's arguments follow)", _test,
        passes_on=True)  # fmt: skip
    doctor = add("doctor", "what works on this machine, and what to do about the rest", _doctor)
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument("--port", type=_port, default=8000, help="the web port to check")
    lab = add("lab", "real libvirt hosts in namespaces on this machine", _lab)
    lab.add_argument("action", choices=["up", "down"])
    lab.add_argument("hosts", type=int, nargs="?", default=2, metavar="N", help="default: 2")
    lab.add_argument("--detach", action="store_true", help="leave them running in the background")
    add("token", "print an API token, alone on the last line: USER [--scope S] [--days N]",
        _managed("token"), passes_on=True)  # fmt: skip
    add("audit", "verify or export the audit log", _managed("audit"), passes_on=True)
    add("posture", "how well portal, hosts and machines are guarded: [--json] [--below POINTS]",
        _managed("posture"), passes_on=True)  # fmt: skip
    add("bench", "the benchmarks: [NAME] [--json]", _bench, passes_on=True)
    add("manage", "a management command in the right environment", _managed(), passes_on=True)
    return parser


def _port(word: str) -> int:
    """Return a port; argparse tells of anything else."""
    if not word.isdecimal() or not 1 <= int(word) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(word)


def _up(asked: argparse.Namespace, _rest: list[str]) -> int:
    from launcher.up import Wish, up

    return up(Wish(asked.data, asked.bind, asked.port, asked.yes))


def _demo(asked: argparse.Namespace, _rest: list[str]) -> int:
    from launcher.up import Wish, up

    data = asked.data or str(places.BASE_DIR / "var" / "demo")
    return up(Wish(data, asked.bind, asked.port, asked.yes, demo=True))


def _test(asked: argparse.Namespace, rest: list[str]) -> int:
    from launcher.testing import run_tests

    return run_tests(rest, yes=asked.yes)


def _doctor(asked: argparse.Namespace, _rest: list[str]) -> int:
    from launcher.doctor import doctor

    return doctor(places.data_places(asked.data), port=asked.port, as_json=asked.json)


def _lab(asked: argparse.Namespace, _rest: list[str]) -> int:
    from launcher import laboratory

    if asked.action == "down":
        return laboratory.down(asked.data)
    return laboratory.up(asked.hosts, data=asked.data, yes=asked.yes, detach=asked.detach)


def _managed(*first: str) -> Handler:
    def run(asked: argparse.Namespace, rest: list[str]) -> int:
        here = places.data_places(asked.data)
        places.prepare(here)
        return _in_site(here, "manage.py", *first, *rest)

    return run


def _bench(asked: argparse.Namespace, rest: list[str]) -> int:
    # Some of them look with the tests' browser, and most have the tests' hosts.
    return _in_site(places.data_places(asked.data), "-m", "benchmarks", *rest, tests=True)


def _in_site(here: places.Places, *words: str, tests: bool = False) -> int:
    """Run Python in the portal's environment, with this terminal; `tests` brings their tools."""
    if not places.VENV_PYTHON.exists():
        say("Making the Python environment first.")
    env = places.site_environment(here)
    if here.data == places.BASE_DIR / "var" / "demo":
        env["GUESTHOUSE_DEMO"] = os.environ.get("GUESTHOUSE_DEMO", "yes")
    python = venv.ensure(tests=tests)
    return subprocess.run(
        [str(python), *words], cwd=places.BASE_DIR, env=env, check=False
    ).returncode
