"""Refuse to start with keys that do not fit the secrets in the database."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from .errors import VaultError
from .keepers import encrypted_columns, locked_values
from .keys import cipher
from .locking import decrypt


@register()
def the_keys_are_usable(**_kwargs: Any) -> list[CheckMessage]:
    """Name keys that cannot be read."""
    try:
        cipher()
    except VaultError as error:
        return [Error(error.message, id="vault.E001")]
    return []


@register(Tags.database)
def the_keys_fit(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Try the newest secret of each encrypted column."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        tables = connections[alias].introspection.table_names()
        for model, field in encrypted_columns():
            if model._meta.db_table not in tables:
                continue
            try:
                for _pk, locked in locked_values(model, field).using(alias)[:1]:
                    decrypt(locked)
            except VaultError as error:
                found.append(Error(f"{model._meta.label}: {error.message}", id="vault.E002"))
    return found
