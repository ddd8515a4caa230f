"""Is every vendored file the one that its vendor.json names?"""

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
VENDOR = STATIC / "vendor"
TESTS_OWN = Path(__file__).resolve().parents[1] / "browser" / "axe"
PACKAGES = [*sorted(path.parent for path in VENDOR.glob("*/vendor.json")), TESTS_OWN]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_files_match_their_recorded_hashes(package: Path) -> None:
    record = json.loads((package / "vendor.json").read_text())
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in package.iterdir()
        if path.name != "vendor.json"
    }
    assert found == record["sha256"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_record_names_version_licence_and_source(package: Path) -> None:
    record = json.loads((package / "vendor.json").read_text())
    assert record["name"] and record["license"] and "LICENSE" in record["sha256"]
    assert record["source"] == f"npm:{record['name']}@{record['version']}"


def test_no_vendored_file_points_to_a_source_map() -> None:
    shipped = [path for path in VENDOR.glob("*/*") if path.suffix in {".css", ".js", ".mjs"}]
    assert shipped
    assert not [path for path in shipped if "sourceMappingURL" in path.read_text(errors="replace")]


def test_sprite_holds_every_listed_icon() -> None:
    listed = [
        line.removeprefix("filled/") + ("-filled" if line.startswith("filled/") else "")
        for line in (STATIC / "icons" / "icons.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    drawn = re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons" / "sprite.svg").read_text())
    assert drawn == listed
