"""Is it said what gets installed and why, and is nothing installed unasked?"""

import subprocess

import pytest

from launcher import packages, places, up, venv
from launcher.packages import Need
from launcher.words import ProblemError

NOWHERE = Need("guesthouse-no-such-package", "is not there")


def test_installed_packages_are_not_missing() -> None:
    assert packages.missing([Need("dpkg", "is always there"), NOWHERE]) == [NOWHERE]


def test_every_need_has_a_reason_and_is_named_once() -> None:
    names = [need.package for need in packages.TEST]
    assert len(names) == len(set(names))
    assert all(need.why for need in packages.TEST)


def test_only_a_user_who_is_not_root_needs_sudo() -> None:
    for root in (True, False):
        commands = packages.install_commands(["one", "two"], root=root)
        assert all((command[0] == "sudo") is not root for command in commands)
        assert commands[-1][-2:] == ["one", "two"]
        assert "--no-install-recommends" in commands[-1]


def test_nothing_is_installed_when_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: PTH123, SIM115
    with pytest.raises(ProblemError, match="Nothing was installed"):
        packages.ensure([NOWHERE], yes=False)
    assert "is not there" in capsys.readouterr().out


def test_failed_installation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        packages, "install_commands", lambda names, root: [["false", "install", *names]]
    )
    with pytest.raises(ProblemError, match=f"By hand: apt-get install.*{NOWHERE.package}"):
        packages.ensure([NOWHERE], yes=True)


@pytest.mark.slow
def test_apt_knows_every_package() -> None:
    for need in packages.TEST:
        done = subprocess.run(
            ["apt-cache", "show", need.package], capture_output=True, text=True, check=False
        )
        assert f"Package: {need.package}" in done.stdout


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("", None),
        ("GUESTHOUSE_LDAP_URL", "requirements-ldap.txt"),
        ("GUESTHOUSE_SAML_METADATA", "requirements-saml.txt"),
    ],
)
def test_a_way_to_sign_in_brings_its_libraries_only_where_it_is_set(
    monkeypatch: pytest.MonkeyPatch, name: str, file: str | None
) -> None:
    brought: list[str] = []
    monkeypatch.setattr(places, "setting", lambda asked: "set" if asked == name else "")
    monkeypatch.setattr(packages, "ensure", lambda _needs, **_options: None)
    monkeypatch.setattr(venv, "ensure", lambda: None)
    monkeypatch.setattr(venv, "ensure_more", lambda path: brought.append(path.name))
    up.install(up.Wish(data=None, bind="127.0.0.1", port=8000, yes=True))
    assert brought == ([file] if file else [])
