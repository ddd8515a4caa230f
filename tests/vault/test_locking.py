"""Keys, locking and opening."""

from pathlib import Path
from typing import Any

import pytest

from vault import checks, keys
from vault.errors import VaultError
from vault.fields import EncryptedTextField
from vault.locking import Secret, decrypt, encrypt, relock


def test_keys_are_made_once_and_are_ours_alone(vault_folder: Path) -> None:
    assert keys.load() == keys.load()
    assert (vault_folder / "secret" / "vault.keys").stat().st_mode & 0o777 == 0o600
    assert list((vault_folder / "secret").iterdir()) == [vault_folder / "secret" / "vault.keys"]


def test_what_is_locked_opens_and_does_not_show(vault_folder: Path) -> None:
    locked = encrypt("hunter2-ä")
    assert "hunter2" not in locked
    assert decrypt(locked) == "hunter2-ä"
    assert "hunter2" not in repr([decrypt(locked)])


def test_the_environment_wins(vault_folder: Path, settings: Any) -> None:
    settings.VAULT_KEYS = [keys.new_key()]
    assert decrypt(encrypt("x")) == "x"
    assert not keys.key_file().exists()


def test_a_wrong_key_says_what_to_do(vault_folder: Path) -> None:
    locked = encrypt("x")
    keys.save([keys.new_key()])
    with pytest.raises(VaultError, match="GUESTHOUSE_VAULT_KEYS"):
        decrypt(locked)


@pytest.mark.parametrize("given", [["short"], ["not ascii ä"]])
def test_unusable_keys_stop_the_start(vault_folder: Path, settings: Any, given: list[str]) -> None:
    settings.VAULT_KEYS = given
    found = checks.the_keys_are_usable()
    assert [one.id for one in found] == ["vault.E001"]


def test_a_key_file_that_is_empty_stops_the_start(vault_folder: Path) -> None:
    keys.save([])
    assert [one.id for one in checks.the_keys_are_usable()] == ["vault.E001"]


def test_clear_text_is_not_taken_for_a_secret(vault_folder: Path) -> None:
    with pytest.raises(VaultError):
        decrypt("hunter2")


def test_a_rotated_file_is_followed_at_once(vault_folder: Path) -> None:
    old = encrypt("x")
    keys.save([keys.new_key(), *keys.load()])
    new = relock(old)
    keys.save(keys.load()[:1])
    assert decrypt(new) == "x"
    with pytest.raises(VaultError):
        decrypt(old)


def test_a_column_bears_none_and_locks_fixtures(vault_folder: Path) -> None:
    field = EncryptedTextField()
    assert field.get_db_prep_value(None, None) is None
    assert field.from_db_value(None) is None
    assert field.from_db_value(field.get_db_prep_value("x", None)) == Secret("x")
    assert field.to_python(encrypt("y")) == "y"
    assert not field.editable
