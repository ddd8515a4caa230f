"""What goes into the audit record by itself: who came, who left, and what was refused."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import changed

from . import audit


def address_of(request: HttpRequest | None) -> str | None:
    """Return where a request came from, as far as the server knows."""
    address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    return str(address) or None


@receiver(user_logged_in)
def signed_in(request: HttpRequest | None, user: User, **_kwargs: Any) -> None:
    """Note that a person came."""
    audit.record(user, "session.sign_in", ip=address_of(request))


@receiver(user_logged_out)
def signed_out(request: HttpRequest | None, user: User | None, **_kwargs: Any) -> None:
    """Note that a person left."""
    if user is not None:
        audit.record(user, "session.sign_out", ip=address_of(request))


@receiver(user_login_failed)
def failed_to_sign_in(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any
) -> None:
    """Note a wrong password, by name only where there is such a person.

    What was typed as a name may be a password in the wrong field.
    """
    name = str(credentials.get("username") or credentials.get("login") or "")[:150]
    known = get_user_model().objects.filter(username__iexact=name).only("pk", "username").first()
    audit.record(
        None,
        "session.sign_in",
        target_kind="user" if known else "",
        target_id=known.pk if known else None,
        target_name=known.get_username() if known else "",
        outcome="denied",
        ip=address_of(request),
    )


@receiver(changed)
def rights_changed(actor: User, action: str, detail: dict[str, Any], **target: Any) -> None:
    """Note what a room below has changed about rights."""
    names = ("target_kind", "target_id", "target_name")
    audit.record(actor, action, detail=detail, **{name: target[name] for name in names})
