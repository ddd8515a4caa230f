"""Are bad folders, ports and second starts told in a sentence?"""

import os
import socket
from pathlib import Path

import pytest

from launcher import places
from launcher.words import ProblemError


@pytest.fixture
def here(tmp_path: Path) -> places.Places:
    found = places.Places(tmp_path / "data")
    places.prepare(found)
    return found


def test_data_folder_is_private(here: places.Places) -> None:
    assert here.data.stat().st_mode & 0o077 == 0
    assert here.run.is_dir()


def test_environment_chooses_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GUESTHOUSE_DATA", str(tmp_path))
    assert places.data_places(None).data == tmp_path
    assert places.data_places("/srv/other").data == Path("/srv/other")


def test_data_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProblemError, match="Choose another with --data"):
        places.prepare(places.Places(tmp_path / "file" / "data"))


def test_too_long_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="too long"):
        places.prepare(places.Places(tmp_path / ("long" * 20) / ("path" * 20)))


def test_second_start_on_a_data_folder_is_refused(here: places.Places) -> None:
    with places.hold(here), pytest.raises(ProblemError, match=rf"process {os.getpid()}"):
        places.hold(here)


def test_data_folder_is_free_again_after_the_end(here: places.Places) -> None:
    places.hold(here).close()
    places.hold(here).close()


def test_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ProblemError, match="Choose another with --port"):
            places.check_port("127.0.0.1", taken.getsockname()[1])


def test_foreign_address_is_refused() -> None:
    with pytest.raises(ProblemError, match="--bind"):
        places.check_port("198.51.100.7", 8000)
    with pytest.raises(ProblemError, match="not an address"):
        places.check_port("no such name", 8000)


def test_setting_comes_from_environment_file_or_dotenv(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(places, "BASE_DIR", tmp_path)
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert places.setting("REDIS_URL") == ""
    (tmp_path / ".env").write_text("# ours\nREDIS_URL='redis://dotenv'\n")
    assert places.setting("REDIS_URL") == "redis://dotenv"
    (tmp_path / "secret").write_text("redis://file\n")
    monkeypatch.setenv("REDIS_URL_FILE", str(tmp_path / "secret"))
    assert places.setting("REDIS_URL") == "redis://file"
    monkeypatch.setenv("REDIS_URL", "redis://environment")
    assert places.setting("REDIS_URL") == "redis://environment"


def test_public_address_allows_the_machines_names(
    monkeypatch: pytest.MonkeyPatch, here: places.Places
) -> None:
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    env = places.site_environment(here, bind="0.0.0.0")
    assert socket.gethostname() in env["ALLOWED_HOSTS"].split(",")
    assert "*" not in env["ALLOWED_HOSTS"]
    assert "ALLOWED_HOSTS" not in places.site_environment(here, bind="127.0.0.1")
