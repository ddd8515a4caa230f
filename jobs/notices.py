"""Tell people something, from any room: `notify` sends a signal that the room of notices hears."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.dispatch import Signal

from accounts.models import User

noticed = Signal()  # receivers get `notice`


@dataclass(frozen=True, slots=True)
class Message:
    """What whom is told. `kind` is a short word such as "request" by which people choose.

    `subject` and `text` are in words for people, `url` is an address on this site.
    """

    user_ids: tuple[int, ...]
    subject: str
    text: str
    url: str
    kind: str


def notify(*, users: Iterable[User], subject: str, text: str, url: str = "", kind: str) -> None:
    """Tell `users`, each once, when the transaction has committed."""
    ids = tuple(sorted({user.pk for user in users if user.is_active}))
    if not ids:
        return
    message = Message(ids, subject[:200], text[:4000], url[:400], kind[:30])
    transaction.on_commit(partial(noticed.send_robust, sender=Message, notice=message))
