"""Print a new API token."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import ActionRefused
from accounts.models import User
from accounts.services import create_token


class Command(BaseCommand):
    """Make a token for a person and print it, alone on the last line."""

    help = "Make an API token for a user. It is shown once."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the user, the scope and the days it lives."""
        parser.add_argument("user")
        parser.add_argument("--name", default="command line")
        parser.add_argument("--scope", choices=["read", "write"], default="write")
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--only", action="append", default=[], help="a right such as vm.view")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the token."""
        if not 1 <= options["days"] <= 3650:
            raise CommandError("--days must be from 1 to 3650.")
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user called {options['user']!r}.")
        wanted = {key: options[key] for key in ("scope", "days")}
        try:
            token = create_token(user, options["name"], capabilities=options["only"], **wanted)
        except ActionRefused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stderr.write(f"Token for {user.username}, {options['scope']}, {options['days']} days:")
        self.stdout.write(token.key)
