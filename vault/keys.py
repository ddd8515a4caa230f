"""Where the keys are: the environment, or a file beside the database, made at first use.

The first key locks; every key opens. The file is read again when it changes, so that running
processes follow a rotation.
"""

import os
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from .errors import VaultError

Stamp = tuple[int, int]


def key_file() -> Path:
    """Return the file of the keys, one a line, newest first."""
    folder: Path = settings.DATA_DIR / "secret"
    return folder / "vault.keys"


def are_given() -> bool:
    """Say whether the keys come from the environment, where they cannot be changed from here."""
    return bool(settings.VAULT_KEYS)


def cipher() -> MultiFernet:
    """Return what locks and opens. Raises VaultError where the keys are unusable."""
    return _cipher(tuple(load()))


def load() -> list[str]:
    """Return the keys, newest first; a first one is made where there is none."""
    if are_given():
        return list(settings.VAULT_KEYS)
    path = key_file()
    if not path.exists():
        _make_first(path)
    try:
        found = path.stat()
        return list(_read(path, (found.st_mtime_ns, found.st_size)))
    except OSError as error:
        raise VaultError(
            _("The key file %(path)s cannot be read: %(reason)s.")
            % {"path": path, "reason": error.strerror}
        ) from error


def save(keys: list[str]) -> None:
    """Write the key file: complete at once, readable by us alone."""
    path = key_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    _write(draft, keys)
    draft.replace(path)


def new_key() -> str:
    """Return a fresh key."""
    return Fernet.generate_key().decode("ascii")


def _make_first(path: Path) -> None:
    """Make the file, unless another process was quicker."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    _write(draft, [new_key()])
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write(path: Path, keys: list[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=1)
def _read(path: Path, _stamp: Stamp) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="ascii").split())


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except (ValueError, TypeError) as error:
        raise VaultError(
            _("The vault's keys are not usable: each is 32 bytes in URL-safe base64.")
        ) from error
