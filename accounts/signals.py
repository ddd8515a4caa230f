"""What rooms below the record tell it: rights have changed."""

from django.dispatch import Signal

from .models import ApiToken, User

# Arguments: actor, action, target_kind, target_id, target_name, detail.
changed = Signal()


def tell_of_person(actor: User, action: str, person: User, **detail: object) -> None:
    """Tell that `actor` changed what `person` may do or how they come in."""
    changed.send(
        sender=None,
        actor=actor,
        action=action,
        target_kind="user",
        target_id=person.pk,
        target_name=person.username,
        detail=detail,
    )


def tell_of_token(actor: User, action: str, token: ApiToken) -> None:
    """Tell that `actor` made or ended a token; never its key."""
    tell_of_person(
        actor, action, token.user, token=token.name, prefix=token.prefix, scope=token.scope
    )
