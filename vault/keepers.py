"""Where locked things are: every encrypted column, and what rooms keep elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from .fields import EncryptedTextField
from .locking import decrypt, relock

Relock = Callable[[str], str]
Keeper = Callable[[Relock], int]
_KEEPERS: dict[str, Keeper] = {}


def register(name: str, keeper: Keeper) -> None:
    """Tell about locked texts outside of encrypted columns.

    `keeper(relock)` locks each of them again and returns how many there were.
    """
    _KEEPERS[name] = keeper


def relock_all() -> Iterator[tuple[str, int]]:
    """Lock everything again with the newest key; yield what and how many."""
    for model, field in encrypted_columns():
        yield model._meta.label, _relock_column(model, field)
    for name, keeper in _KEEPERS.items():
        yield name, keeper(relock)


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Yield each encrypted column."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def locked_values(model: type[models.Model], field: str) -> Any:
    """Return (pk, locked text) of each row that has one."""
    rows = model._default_manager.exclude(**{f"{field}__isnull": True})
    raw = Cast(field, models.TextField())
    return rows.annotate(locked_value=raw).order_by("-pk").values_list("pk", "locked_value")


def _relock_column(model: type[models.Model], field: str) -> int:
    """Lock each row again, unless somebody writes it meanwhile: that is new already."""
    done = 0
    for pk, locked in list(locked_values(model, field)):
        raw = Cast(field, models.TextField())
        row = model._default_manager.annotate(locked_value=raw).filter(pk=pk, locked_value=locked)
        done += row.update(**{field: decrypt(locked)})
    return done
