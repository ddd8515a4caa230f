"""Does the portal speak German: every text, with the same figures and names in it?"""

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

LOCALE = Path(__file__).resolve().parents[2] / "hypervisor_site" / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+[^>]*>")


@dataclass
class Entry:
    """One text of a .po file and what it is in the other language."""

    flags: str = ""
    context: str = ""
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def entries_of(path: Path) -> list[Entry]:
    """Read a .po file without its header and what is no longer used."""
    entries = []
    for block in path.read_text().split("\n\n"):
        entry, parts = Entry(), list[str]()
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.flags += line[2:]
            elif line.startswith('"'):
                parts[-1] += ast.literal_eval(line)
            elif match := re.match(r'(msgctxt|msgid|msgstr)\S* (".*")$', line):
                parts = {"msgid": entry.ids, "msgstr": entry.texts}.get(match[1], [])
                parts.append(ast.literal_eval(match[2]))
                if match[1] == "msgctxt":
                    entry.context = parts[-1]
        if any(entry.ids):
            entries.append(entry)
    return entries


GERMAN = entries_of(LOCALE / "de" / "LC_MESSAGES" / "django.po")


def test_every_text_is_translated() -> None:
    assert len(GERMAN) > 900
    assert [e.ids[0] for e in GERMAN if len(e.texts) < len(e.ids) or not all(e.texts)] == []


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The German file as it becomes when every text of the sources is collected again."""
    copy = tmp_path_factory.mktemp("sources") / "guesthouse"
    left_out = shutil.ignore_patterns(
        "var", ".*", "tests", "vendor", "docs", "*.mo", "test-results"
    )
    shutil.copytree(LOCALE.parents[1], copy, ignore=left_out)
    command = [sys.executable, "manage.py", "makemessages", "--locale=de", "--no-obsolete"]
    data = {
        "GUESTHOUSE_DATA": str(copy.parent),
        "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings",
    }
    subprocess.run(command, cwd=copy, check=True, capture_output=True, env=os.environ | data)
    return copy / "hypervisor_site/locale/de/LC_MESSAGES/django.po"


def test_every_text_of_the_sources_is_in_the_german_file(collected: Path) -> None:
    known = {(entry.context, entry.ids[0]) for entry in GERMAN}
    used = {(entry.context, entry.ids[0]) for entry in entries_of(collected)}
    assert used - known == set()
    assert known - used == set()


def test_no_translation_is_a_guess() -> None:
    assert [e.ids[0] for e in GERMAN if "fuzzy" in e.flags] == []


def test_translations_keep_placeholders_and_markup() -> None:
    wrong = []
    for entry in GERMAN:
        for text, source in zip(entry.texts, entry.ids, strict=True):
            if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(source)):
                wrong.append((source, text))
    assert wrong == []


def test_translations_keep_the_edges_of_lines() -> None:
    def edges(text: str) -> tuple[bool, bool]:
        return text.startswith("\n"), text.endswith("\n")

    assert [e.ids[0] for e in GERMAN if edges(e.ids[0]) != edges(e.texts[0])] == []


def test_german_follows_our_rules_of_writing() -> None:
    shouts = [e.texts for e in GERMAN if "!" in "".join(e.texts) and "!" not in "".join(e.ids)]
    assert shouts == []
    said = [PLACEHOLDER.sub("", " ".join(entry.texts)) for entry in GERMAN]
    for word in ("bitte", "erfolgreich", "VM"):
        assert [text for text in said if re.search(rf"\b{word}\b", text, re.I)] == []


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .po compiled afresh, whatever lies beside it."""
    folder = tmp_path_factory.mktemp("locale")
    target = folder / "de" / "LC_MESSAGES"
    target.mkdir(parents=True)
    source = LOCALE / "de" / "LC_MESSAGES" / "django.po"
    command = ["msgfmt", "--check", "-o", str(target / "django.mo"), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def german(compiled: Path, settings: Any) -> None:
    """The portal with its German texts."""
    settings.LOCALE_PATHS = [compiled]


def page(client: Client, name: str, **headers: str) -> str:
    answer = client.get(reverse(name), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_sign_in_page_follows_the_browser(client: Client, german: None) -> None:
    html = page(client, "account_login", accept_language="de-DE,de;q=0.9,en;q=0.5")
    assert '<html lang="de"' in html
    assert "Anmelden" in html and "Benutzername" in html and "Sign in" not in html
    assert "Sign in" in page(client, "account_login", accept_language="en")
    assert "Sign in" in page(client, "account_login", accept_language="fr")


def test_machines_page_follows_the_browser(client: Client, ada: User, german: None) -> None:
    client.force_login(ada)
    html = page(client, "vms:list", accept_language="de")
    assert "Maschinen" in html and "Neue Maschine" in html and "New machine" not in html


def test_a_choice_outlasts_the_browser(client: Client, ada: User, german: None) -> None:
    client.force_login(ada)
    client.post(reverse("set_language"), {"language": "de", "next": "/"})
    assert "Übersicht" in page(client, "overview", accept_language="en")
    assert "Maschinen" in page(client, "vms:list", accept_language="en")
    client.post(reverse("set_language"), {"language": "en-gb", "next": "/"})
    assert "Machines" in page(client, "vms:list", accept_language="de")


def test_cookie_alone_is_enough(client: Client, settings: Any, db: None, german: None) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert "Anmelden" in page(client, "account_login", accept_language="en")
