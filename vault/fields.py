"""A text column whose content the database never sees."""

from typing import Any

from django.db import models

from .locking import MARK, Secret, decrypt, encrypt


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is locked on its way to the database and opened on its way back.

    It cannot be searched. Forms, the admin and fixtures get the locked text or nothing.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options["editable"] = False
        super().__init__(*args, **options)

    def from_db_value(self, value: str | None, *_rest: Any) -> Secret | None:
        """Open what was read. Raises VaultError where no key fits."""
        return value if value is None else decrypt(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Lock what is written."""
        return value if value is None else encrypt(str(value))

    def to_python(self, value: Any) -> Any:
        """Take clear text, or the locked text of a fixture."""
        if isinstance(value, str) and value.startswith(MARK):
            return decrypt(value)
        return value if value is None else Secret(value)

    def value_to_string(self, obj: models.Model) -> Any:
        """Give fixtures the locked text."""
        value = self.value_from_object(obj)
        return value if value is None else encrypt(str(value))

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow asking whether there is one, nothing else."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
