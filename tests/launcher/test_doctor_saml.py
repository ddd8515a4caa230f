"""Does the doctor say what a sign-in by SAML lacks?"""

import os
import sys
from pathlib import Path

import pytest

from launcher import doctor, places, site
from tests.sign_in.identity import keys

METADATA = """<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
  xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example.org"{more}>
 <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data>
   <ds:X509Certificate>{key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
  <md:SingleSignOnService Location="https://idp.example.org/sso"
   Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{way}"/>
 </md:IDPSSODescriptor>
</md:EntityDescriptor>"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The provider's metadata, good, named by the setting."""
    monkeypatch.setattr(places, "VENV_PYTHON", Path(sys.executable))
    monkeypatch.setattr(site, "VENV_PYTHON", Path(sys.executable))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    path = tmp_path / "metadata.xml"
    monkeypatch.setenv("GUESTHOUSE_SAML_METADATA", str(path))
    write(path)
    return path


def write(path: Path, *, key: str | None = None, way: str = "Redirect", more: str = "") -> None:
    """Write metadata."""
    own = "".join(keys.make("idp")[0].splitlines()[1:-1])
    path.write_text(METADATA.format(key=own if key is None else key, way=way, more=more))


def look(tmp_path: Path) -> doctor.Check:
    """Ask the doctor."""
    return doctor.saml(places.data_places(str(tmp_path)))


def test_off_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUESTHOUSE_SAML_METADATA", raising=False)
    assert look(tmp_path).found == "off"


def test_libraries_may_not_be_there_yet(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "VENV_PYTHON", Path("/nonexistent"))
    assert "not installed yet" in look(file.parent).found


def test_good_metadata_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = look(file.parent)
    assert said.state == "ok"
    assert "https://idp.example.org" in said.found
    assert "nothing that we send is signed" in said.found
    certificate, key = keys.make("portal")
    monkeypatch.setenv("GUESTHOUSE_SAML_CERTIFICATE", certificate)
    monkeypatch.setenv("GUESTHOUSE_SAML_KEY", key)
    assert look(file.parent).found == "https://idp.example.org"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"way": "POST"}, "no address to sign in at"),
        ({"key": "bm8="}, "cannot be read"),
        ({"more": ' validUntil="2020-01-01T00:00:00Z"'}, "has run out on 2020-01-01"),
    ],
)
def test_bad_metadata_is_missing(file: Path, made: dict[str, str], words: str) -> None:
    write(file, **made)
    said = look(file.parent)
    assert said.state == "missing"
    assert words in said.found
    assert said.advice


def test_a_file_that_is_no_metadata(file: Path) -> None:
    file.write_text("<html/>")
    assert "describes no identity provider" in look(file.parent).found
    file.write_text("nothing")
    assert "no SAML metadata" in look(file.parent).found
    file.unlink()
    assert "there is no file" in look(file.parent).found


def test_a_key_of_something_else(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUESTHOUSE_SAML_CERTIFICATE", keys.make("portal")[0])
    assert "go together" in look(file.parent).found
    monkeypatch.setenv("GUESTHOUSE_SAML_KEY", keys.make("portal")[1])
    assert "does not belong" in look(file.parent).found
    monkeypatch.setenv("GUESTHOUSE_SAML_KEY", "nonsense")
    assert "cannot be read" in look(file.parent).found


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GUESTHOUSE_SAML_METADATA", "http://idp.example.org/metadata", "must be an https address"),
        ("GUESTHOUSE_SAML_ATTRIBUTES", '{"shoe size": "x"}', "must be JSON such as"),
        ("GUESTHOUSE_SAML_ATTRIBUTES", "[1]", "must be JSON such as"),
    ],
)
def test_settings_that_cannot_be_are_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    assert os.environ[name] == value
    said = look(file.parent)
    assert said.state == "missing"
    assert words in said.found
