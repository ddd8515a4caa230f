"""How does a developer get the lab's hosts by hand, in the portal that runs?"""

import os
import signal
import sys
import time
from pathlib import Path

from launcher import packages, places, venv
from launcher.site import Site
from launcher.words import ProblemError, say

OWNER = Path("/run/guesthouse-lab.pid")
MEMORY = "lab_hosts"  # where it is remembered which hosts a lab has added to a portal


def up(hosts: int, *, data: str | None, yes: bool, detach: bool) -> int:
    """Make hosts, add them to the portal, stay until Ctrl-C (or leave a process behind)."""
    if not 1 <= hosts <= 20:
        raise ProblemError("A lab has from 1 to 20 hosts.")
    if os.geteuid() != 0:
        raise ProblemError("The lab makes network namespaces and needs root: run it with sudo.")
    packages.ensure((*packages.HYPERVISOR, *packages.TESTS), yes=yes)
    venv.ensure()
    if owner_pid():
        raise ProblemError("A lab is up already. './guesthouse lab down' removes it.")
    if detach and os.fork():
        return _wait_for_owner()
    if detach:
        os.setsid()
    return _hold(hosts, data)


def _wait_for_owner() -> int:
    deadline = time.monotonic() + 60
    while not owner_pid():
        if time.monotonic() > deadline:
            raise ProblemError("The lab did not come up.")
        time.sleep(0.1)
    return 0


def _hold(hosts: int, data: str | None) -> int:
    """Keep a lab until told to stop."""
    sys.path.insert(0, str(places.BASE_DIR))
    from tests.lab.laboratory import Lab, raise_on_signal
    from tests.lab.space import LabError

    raise_on_signal()
    try:
        with Lab(hosts) as lab:
            for host in lab.hosts:
                say(f"{host.name}  {host.ip}  {host.uri}")
            register([(host.name, host.ip) for host in lab.hosts], data)
            OWNER.write_text(f"{os.getpid()}\n")
            say("The lab is up. './guesthouse lab down' or Ctrl-C removes it.")
            signal.pause()
    except LabError as error:
        raise ProblemError(str(error)) from error
    except (KeyboardInterrupt, SystemExit):
        say("The lab is gone.")
    finally:
        unregister(data)
        if owner_pid() == os.getpid():
            OWNER.unlink(missing_ok=True)
    return 0


def register(hosts: list[tuple[str, str]], data: str | None) -> None:
    """Add the hosts to the portal on a data folder, when there is one."""
    here = places.data_places(data)
    if not (here.data / "setup.json").exists():
        say("There is no portal on this data folder yet; the hosts are not added to one.")
        return
    unregister(data)  # what a lab that was killed has left
    site = Site(here, places.site_environment(here))
    added: list[str] = []
    for name, address in hosts:
        place = ("--name", name, "--transport", "tcp", "--hostname", address)
        try:
            site.manage("addhost", "--new", *place)
        except ProblemError as error:
            say(f"{name} was not added: {error}")
        else:
            added.append(f"{name}@{address}")
            site.remember(MEMORY, " ".join(added))


def unregister(data: str | None) -> None:
    """Remove the hosts that a lab has added to the portal on a data folder, and no others."""
    here = places.data_places(data)
    site = Site(here, places.site_environment(here))
    added = site.remembered(MEMORY).split()
    if not added:
        return
    try:
        site.manage("removehost", *added)
    except ProblemError as error:
        say(f"The lab's hosts are still in the portal: {error}")
    else:
        site.remember(MEMORY, "")


def owner_pid() -> int:
    """Return the process that holds the lab made by hand; 0 when there is none."""
    try:
        pid = int(OWNER.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return 0
    return pid if b"lab" in command else 0


def down(data: str | None = None) -> int:
    """Stop the lab made by hand, which takes its hosts out of the portal; they are its alone."""
    pid = owner_pid()
    if not pid:
        unregister(data)
        say("No lab is up.")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while owner_pid() == pid:
        if time.monotonic() > deadline:
            raise ProblemError(f"The lab's process {pid} does not stop.")
        time.sleep(0.1)
    say("The lab is down.")
    return 0
