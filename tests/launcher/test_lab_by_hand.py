"""`lab up` adds its hosts to the portal, `lab down` takes out these and no others."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import laboratory, places
from launcher.places import BASE_DIR
from launcher.site import Site
from launcher.testing import clean_environment
from tests.lab.waiting import wait_until

pytestmark = pytest.mark.lab


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A portal's data folder with a database and one host that somebody has added."""
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    here = places.data_places(str(tmp_path))
    places.prepare(here)
    site = Site(here, {**clean_environment(), "GUESTHOUSE_DATA": str(tmp_path),
                       "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings"})  # fmt: skip
    site.manage("migrate", "--noinput", "--verbosity", "0")
    site.remember("database", "made")
    site.manage("addhost", "--name", "hv2", "--transport", "tcp", "--hostname", "192.0.2.7")
    return site


def hosts(site: Site) -> list[str]:
    """Return the portal's hosts as NAME@ADDRESS."""
    each = "[f'{host.name}@{host.hostname}' for host in Host.objects.all()]"
    ask = f"from hosts.models import Host; print(*{each})"
    return site.manage("shell", "-v", "0", "-c", ask).split()


@pytest.fixture
def lab_up(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """A lab of two hosts made by hand."""
    if laboratory.owner_pid():
        pytest.skip("Somebody has made a lab by hand on this machine.")
    command = [str(BASE_DIR / "guesthouse"), "lab", "up", "2", "--yes", "--data"]
    process = subprocess.Popen([*command, str(site.places.data)], env=clean_environment())
    yield process
    process.send_signal(signal.SIGINT)
    process.wait(30)


def test_down_takes_out_the_labs_hosts_and_no_others(
    site: Site, lab_up: subprocess.Popen[bytes]
) -> None:
    wait_until(lambda: laboratory.owner_pid() == lab_up.pid, timeout=60, what="the lab is up")
    first, second = hosts(site)
    assert first.startswith("hv1@10.99.")
    assert second == "hv2@192.0.2.7", "a host that was there keeps its address"
    assert laboratory.down(str(site.places.data)) == 0
    lab_up.wait(30)
    assert hosts(site) == ["hv2@192.0.2.7"]
    assert site.remembered(laboratory.MEMORY) == ""


@pytest.mark.slow
def test_down_takes_out_what_a_killed_lab_has_left(
    site: Site, lab_up: subprocess.Popen[bytes]
) -> None:
    wait_until(lambda: laboratory.owner_pid() == lab_up.pid, timeout=60, what="the lab is up")
    os.kill(lab_up.pid, signal.SIGKILL)
    lab_up.wait(10)
    assert len(hosts(site)) == 2
    assert laboratory.down(str(site.places.data)) == 0
    assert hosts(site) == ["hv2@192.0.2.7"]
