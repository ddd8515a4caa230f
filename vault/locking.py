"""Lock and open one secret."""

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from .errors import VaultError
from .keys import cipher

MARK = "vault:"  # in front of what is locked, so that clear text is never taken for it


class Secret(str):
    """A text that does not show itself in a repr, a traceback or a log of values."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


def encrypt(text: str) -> str:
    """Return `text` locked with the newest key."""
    return MARK + cipher().encrypt(text.encode()).decode("ascii")


def decrypt(locked: str) -> Secret:
    """Return what was locked. Raises VaultError where no key fits, or it was never locked."""
    if not locked.startswith(MARK):
        raise VaultError(_("A secret is not encrypted; it was not written by this portal."))
    try:
        return Secret(cipher().decrypt(locked.removeprefix(MARK).encode("ascii")).decode())
    except (InvalidToken, UnicodeError) as error:
        raise VaultError(
            _(
                "The stored secrets cannot be read with the keys of this portal. Put back the key "
                "file secret/vault.keys of the data folder, or set GUESTHOUSE_VAULT_KEYS."
            )
        ) from error


def relock(locked: str) -> str:
    """Return the same secret locked with the newest key."""
    return encrypt(decrypt(locked))
