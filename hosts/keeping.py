"""Our private SSH key: encrypted where it is kept, in the clear only in the run folder.

libvirt and its SSH library take the path of a key. So the clear text is a file of mode 0600 in
the folder of sockets, which holds nothing worth a backup, and which is made when it is missing.
"""

import os
import threading
from pathlib import Path

from django.conf import settings

from vault import keepers, locking

_lock = threading.Lock()


def kept_path(folder: Path) -> Path:
    """Return where the encrypted key is."""
    return folder / "id_ed25519.vault"


def clear_path(folder: Path) -> Path:
    """Return the path of the key for libvirt; it is opened from the vault when it is missing.

    A key in the clear from an earlier version is taken into the vault. Raises VaultError.
    """
    run: Path = settings.DATA_DIR / "run" / "ssh"
    path = run / "id_ed25519"
    with _lock:
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        _take_over(folder)
        kept = kept_path(folder)
        if not path.exists() and kept.exists():
            write_secretly(path, str(locking.decrypt(kept.read_text())).encode())
    return path


def keep(folder: Path, private: bytes) -> None:
    """Put a private key into the vault."""
    write_secretly(kept_path(folder), locking.encrypt(private.decode("ascii")).encode())


def write_secretly(path: Path, content: bytes) -> None:
    """Write a file that appears complete and is readable by us alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def _take_over(folder: Path) -> None:
    """Encrypt a key that an earlier version kept in the clear."""
    old = folder / "id_ed25519"
    if old.is_file() and not kept_path(folder).exists():
        keep(folder, old.read_bytes())
        old.unlink()


def relock(again: keepers.Relock) -> int:
    """Lock the key again with the newest key of the vault."""
    kept = kept_path(settings.DATA_DIR / "ssh")
    if not kept.exists():
        return 0
    write_secretly(kept, again(kept.read_text()).encode())
    return 1
