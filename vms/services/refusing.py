"""How is a bad value refused? Each field is named, so that a form or a program can show it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.access import ActionRefused


def refuse_field(field: str, message: str) -> ActionRefused:
    """Return the refusal (400) of one field."""
    return refuse_fields({field: message})


def refuse_fields(fields: Mapping[str, str]) -> ActionRefused:
    """Return the refusal (400) of several fields, each with its sentence."""
    first = next(iter(fields.values()), _("Some values cannot be taken."))
    return ActionRefused(first, code="invalid", status=400, fields=dict(fields))
