"""Which libvirt does a person get who is not root? Tried on a lab host, as nobody there."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.places import BASE_DIR
from tests.lab import Lab, LabHost

pytestmark = pytest.mark.lab
ASK = """
import sys
sys.path.insert(0, {code!r})
from launcher import daemon
uri = daemon.ensure_libvirt()
daemon.furnish(uri)
print(uri)
print(daemon.virsh(uri, "pool-list", "--name").split())
"""


@pytest.fixture
def nobody(lab: Lab) -> Iterator[tuple[LabHost, Path]]:
    """A lab host, and a folder on it that is the home of nobody, with the launcher in it."""
    host, home = lab["hv2"], Path("/var/lib/libvirt/home")
    outside = host.folder / "lib/home"
    shutil.copytree(BASE_DIR / "launcher", outside / "code/launcher")
    user = pwd.getpwnam("nobody")
    for path in [outside, *outside.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid)
    before = (host.folder / "etc/libvirtd.conf").read_text()
    yield host, home
    host.inside("pkill", "-KILL", "-U", "nobody", check=False)
    (host.folder / "etc/libvirtd.conf").write_text(before)
    host.restart_libvirtd()
    shutil.rmtree(outside)


def answer(host: LabHost, home: Path) -> list[str]:
    """Return what the launcher says to nobody, as lines."""
    words = host.inside(
        "runuser", "-u", "nobody", "--", "env", "-u", "XDG_RUNTIME_DIR", f"HOME={home}",
        "/usr/bin/python3", "-c", ASK.format(code=str(home / "code")),
    )  # fmt: skip
    return words.splitlines()


def test_system_libvirt_that_lets_everybody_in_is_used(nobody: tuple[LabHost, Path]) -> None:
    assert answer(*nobody)[-2:] == ["qemu:///system", "['default']"]


def test_session_libvirt_is_used_where_polkit_refuses(nobody: tuple[LabHost, Path]) -> None:
    host, home = nobody
    path = host.folder / "etc/libvirtd.conf"
    path.write_text(path.read_text().replace('auth_unix_rw = "none"', 'auth_unix_rw = "polkit"'))
    host.restart_libvirtd()
    lines = answer(host, home)
    assert lines[-2:] == ["qemu:///session", "['default']"]
    assert "add the user to the group libvirt" in lines[0]
    assert (host.folder / "lib/home/.local/share/libvirt/images").is_dir()


def test_session_libvirt_is_used_where_no_system_one_runs(nobody: tuple[LabHost, Path]) -> None:
    host, home = nobody
    host.kill_libvirtd()
    assert answer(host, home)[-2:] == ["qemu:///session", "['default']"]
