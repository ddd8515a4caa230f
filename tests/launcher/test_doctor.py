"""Does the doctor say what works here, for people and for programs?"""

import json
import socket

import pytest

from launcher import accelerated, doctor
from launcher.accelerated import Tried
from launcher.places import Places, data_places

STATES = {"ok", "limited", "missing"}


@pytest.fixture
def here() -> Places:
    return data_places(None)


@pytest.fixture
def no_guests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run no guest: that takes long and is tried by itself."""
    monkeypatch.setattr(accelerated, "try_emulation", lambda: Tried(works=True, cpu="qemu64"))
    monkeypatch.setattr(accelerated, "try_kvm", lambda: Tried(works=False, reason="it hung"))


@pytest.mark.usefixtures("no_guests")
def test_json_names_every_check_once(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    doctor.doctor(here, port=8000, as_json=True)
    checks = json.loads(capsys.readouterr().out)["checks"]
    keys = [check["key"] for check in checks]
    assert len(keys) == len(set(keys))
    assert {"python", "libvirt", "kvm", "emulation", "space", "network", "port", "redis"} <= set(
        keys
    )
    assert {check["state"] for check in checks} <= STATES


@pytest.mark.usefixtures("no_guests")
def test_table_tells_what_to_do(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    doctor.doctor(here, port=8000, as_json=False)
    out = capsys.readouterr().out
    assert "it hung" in out
    assert "machines are emulated" in out


def test_port_in_use_is_seen() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert doctor.web_port(port).state == "limited"
    assert doctor.web_port(port).state == "ok"


def test_redis_elsewhere_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
        assert doctor.redis().state == "missing"


def test_missing_parts_make_it_fail(here: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = doctor.Check("redis", "Redis", "missing", "not installed", "apt-get install")
    monkeypatch.setattr(doctor, "looks", lambda *_: [lambda: broken])
    assert doctor.doctor(here, port=8000, as_json=True) == 1


@pytest.mark.lab
def test_a_guest_really_runs_by_emulation() -> None:
    assert accelerated.try_emulation().works


@pytest.mark.slow
def test_kvm_gives_an_answer_in_bounded_time() -> None:
    tried = accelerated.try_kvm()
    assert tried.works or tried.reason
