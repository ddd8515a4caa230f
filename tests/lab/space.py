"""Which subnet, interface names and folder does a lab have, and what did dead labs leave?

A lab claims a number from 1 to 250 by making a folder. Its addresses are 10.99.NUMBER.0/24, and
everything it makes carries the number. The claim names the owner's process; a claim whose owner is
gone is swept away by the next lab.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

CLAIMS = Path(os.environ.get("GUESTHOUSE_LAB_DIR", "/var/tmp/guesthouse-lab"))
NUMBERS = range(1, 251)
BRIDGE_ADDRESS = 254


class LabError(Exception):
    """The lab cannot be made; the message says why and what to do."""


def run(command: Sequence[str], *, timeout: float = 60.0, check: bool = True) -> str:
    """Run a command and return its output; raise LabError with its own words."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{' '.join(command)}: no answer within {timeout:g} s") from error
    if check and done.returncode:
        raise LabError(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def start_ticks(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; empty when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *rest = text.rpartition(")")[2].split()
    return "" if state in "ZX" else rest[18]


def _owner_is_alive(claim: Path) -> bool:
    """Tell whether the process that made a claim still runs."""
    try:
        pid, ticks = (claim / "owner").read_text().split()
    except (FileNotFoundError, ValueError):
        # Made a moment ago by someone who has not yet written the owner, or by nobody.
        return claim.exists() and time.time() - claim.stat().st_mtime < 30
    return start_ticks(int(pid)) == ticks


def claim_number() -> int:
    """Claim a free number for this process, after sweeping what dead labs left."""
    CLAIMS.mkdir(parents=True, exist_ok=True)
    CLAIMS.chmod(0o755)
    sweep_leftovers()
    taken = run(["ip", "-o", "link"])
    for number in NUMBERS:
        if re.search(rf"\b{bridge_name(number)}\b", taken):
            continue
        folder = CLAIMS / str(number)
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        (folder / "owner").write_text(f"{os.getpid()} {start_ticks(os.getpid())}")
        return number
    raise LabError("All 250 lab numbers are taken; stop a lab with './guesthouse lab down'.")


def sweep_leftovers() -> None:
    """Remove what labs left whose owner is gone."""
    for folder in CLAIMS.iterdir():
        if folder.name.isdigit() and not _owner_is_alive(folder):
            release_number(int(folder.name))


def bridge_name(number: int) -> str:
    """Return the name of a lab's bridge."""
    return f"ghl{number}"


def release_number(number: int) -> None:
    """Remove a lab's processes, links and folder; what is already gone is fine."""
    folder = CLAIMS / str(number)
    for inside in sorted(folder.glob("*/init.pid")):
        kill_space(inside)
    links = run(["ip", "-o", "link"], check=False)
    for name in re.findall(rf"\b(ghl{number}(?:v\d+)?)[:@]", links):
        run(["ip", "link", "del", name], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def kill_space(pid_file: Path) -> None:
    """Kill the first process of a host's namespace; the kernel then kills all others in it."""
    try:
        pid, ticks = pid_file.read_text().split()
    except (FileNotFoundError, ValueError):
        return
    if start_ticks(int(pid)) == ticks:
        os.kill(int(pid), 9)
    deadline = time.monotonic() + 10
    while start_ticks(int(pid)) == ticks and time.monotonic() < deadline:
        time.sleep(0.02)
