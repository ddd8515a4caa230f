"""Lock every secret again with a new key."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vault import keepers, keys
from vault.errors import VaultError


class Command(BaseCommand):
    """`rotate_secrets` makes a new first key and locks everything with it.

    Keys of the environment are changed there: put the new one first, run this, then leave the old
    ones out.
    """

    help = "Make a new key and encrypt every stored secret with it."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take whether the old keys go."""
        parser.add_argument(
            "--forget-old",
            action="store_true",
            help="drop the old keys afterwards; backups made before cannot be read then",
        )

    def handle(self, *, forget_old: bool = False, **_options: Any) -> None:
        """Do it; nothing is lost when this is interrupted, as the old keys stay until the end."""
        try:
            if not keys.are_given():
                keys.save([keys.new_key(), *keys.load()])
            for name, count in keepers.relock_all():
                self.stdout.write(f"{name}: {count}")
        except VaultError as error:
            raise CommandError(error.message) from error
        if keys.are_given():
            self.stdout.write("Now leave the old keys out of GUESTHOUSE_VAULT_KEYS.")
        elif forget_old:
            keys.save(keys.load()[:1])
            self.stdout.write("The old keys are gone.")
