"""A vault of each test's own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def vault_folder(settings: Any, tmp_path: Path) -> Path:
    """An empty data folder, so that the keys are made anew."""
    settings.DATA_DIR = tmp_path
    settings.VAULT_KEYS = []
    return tmp_path
