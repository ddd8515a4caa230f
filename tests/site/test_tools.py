"""One command checks all: format, lint, types, templates, rooms and migrations."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(
    path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"
)
COMMANDS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy", *ROOMS],
    "templates": ["djlint", "templates", "--lint"],
    "rooms": ["lint-imports"],
}
LONGEST = 400


@pytest.mark.parametrize("name", COMMANDS)
def test_the_tool_has_nothing_to_say(name: str) -> None:
    program, *words = COMMANDS[name]
    command = [str(Path(sys.executable).with_name(program)), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_no_file_is_where_everything_lands() -> None:
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.js", "*.css", "*.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    long = [
        name
        for name in files
        if "vendor" not in name
        and (path := ROOT / name).is_file()
        and len(path.read_text().splitlines()) > LONGEST
    ]
    assert long == []


def test_nothing_is_put_off() -> None:
    found = subprocess.run(
        ["git", "grep", "-nE", r"\b(TODO|FIXME|XXX)\b", "--", "*.py", "*.js", "*.html", "*.css"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    assert [line for line in found if "vendor/" not in line and "test_tools" not in line] == []
