"""Sign-in against a real slapd with a certificate of an authority of its own."""

import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import Team
from tests.portal import free_port

from . import test_directory as plain
from .conftest import is_in
from .test_directory import course, directory, enter

__all__ = ["course", "directory"]
pytestmark = plain.pytestmark
LINES = """
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
"""


def openssl(folder: Path, *words: str) -> None:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def make_authority(folder: Path, name: str) -> Path:
    """Make a key and a certificate that sign others."""
    openssl(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem",
    )  # fmt: skip
    return folder / f"{name}.pem"


def make_certificate(folder: Path, authority: str) -> None:
    """Make the directory's certificate, for its address."""
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl(
        folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1",
        "-keyout", "server.key", "-out", "server.csr",
    )  # fmt: skip
    openssl(
        folder, "x509", "-req", "-in", "server.csr", "-days", "2", "-CA", f"{authority}.pem",
        "-CAkey", f"{authority}.key", "-CAcreateserial", "-extfile", "names", "-out", "server.pem",
    )  # fmt: skip


class SecureDirectory(plain.Directory):
    """The same directory, which speaks TLS on both of its doors."""

    lines = LINES

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.secure_url = f"ldaps://127.0.0.1:{free_port()}"
        self.doors = f"{self.url}/ {self.secure_url}/"


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureDirectory]:
    """The directory with its authority, and an authority that it has nothing to do with."""
    folder = tmp_path_factory.mktemp("slapd-tls")
    for name in ("ca", "other"):
        make_authority(folder, name)
    make_certificate(folder, "ca")
    made = SecureDirectory(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def choose(settings: LazySettings, slapd: SecureDirectory, door: str, authority: str) -> None:
    """Set the portal to one door of the directory."""
    settings.LDAP_URL = slapd.secure_url if door == "ldaps" else slapd.url
    settings.LDAP_START_TLS = door == "starttls"
    settings.LDAP_CA_FILE = str(slapd.folder / f"{authority}.pem")


@pytest.mark.parametrize("door", ["ldaps", "starttls"])
def test_the_authority_given_lets_people_in(
    directory: SecureDirectory, course: Team, settings: LazySettings, door: str
) -> None:
    choose(settings, directory, door, "ca")
    assert is_in(enter("lena"))
    assert not is_in(enter("lena", "wrong"))
    assert course.memberships.count() == 1


@pytest.mark.parametrize("door", ["ldaps", "starttls"])
def test_another_authority_is_refused_in_plain_words(
    directory: SecureDirectory,
    course: Team,
    settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
    door: str,
) -> None:
    choose(settings, directory, door, "other")
    with caplog.at_level(logging.ERROR, logger="accounts.sign_in.directory"):
        assert not is_in(enter("lena"))
    said = [one.getMessage() for one in caplog.records if one.name.startswith("accounts.sign_in")]
    assert "does not prove who it is: its certificate is not one" in said[0]
    assert "other.pem" in said[0]
    assert "harbour-lights-3" not in caplog.text


def test_the_name_in_the_certificate_counts(
    directory: SecureDirectory, course: Team, settings: LazySettings
) -> None:
    choose(settings, directory, "ldaps", "ca")
    settings.LDAP_URL = directory.secure_url.replace("127.0.0.1", "127.0.0.2")
    assert not is_in(enter("lena"))


def test_a_directory_that_is_away_is_said_to_be(
    directory: SecureDirectory, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LDAP_URL = f"ldaps://127.0.0.1:{free_port()}"
    assert not is_in(enter("lena"))
    assert f"The directory {settings.LDAP_URL} does not answer." in caplog.text


def test_an_authority_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    from hypervisor_site.settings import sign_in

    monkeypatch.setenv("GUESTHOUSE_LDAP_URL", "ldaps://directory.example.org")
    monkeypatch.setenv("GUESTHOUSE_LDAP_USER_BASE", "ou=people")
    monkeypatch.setenv("GUESTHOUSE_LDAP_CA_FILE", "/no/such/file.pem")
    with pytest.raises(ImproperlyConfigured, match=r"there is no file /no/such/file\.pem"):
        importlib.reload(sign_in)
    monkeypatch.undo()
    importlib.reload(sign_in)
