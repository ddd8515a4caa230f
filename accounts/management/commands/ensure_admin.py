"""Make the first administrator, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.services import new_password


class Command(BaseCommand):
    """Create `admin` on a new database and print its password on the last line."""

    help = "Create the first administrator unless there is one. Prints a generated password once."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Create the administrator."""
        if User.objects.filter(is_superuser=True).exists():
            return
        given = settings.ADMIN_PASSWORD
        password = given or new_password()
        User.objects.create_superuser(
            "admin", password=password, must_change_password=not given and not settings.DEMO
        )
        if not given:
            self.stdout.write(password)
