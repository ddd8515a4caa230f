"""Say as JSON whether sign-in by SAML would work as it is set."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

ADVICE = "./guesthouse up installs requirements-saml.txt"


class Command(BaseCommand):
    """Look without a database, so that the doctor can ask before anything is set up."""

    help = "Say as JSON whether sign-in by SAML would work as it is set."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print state, what was found, and what to do."""
        try:
            from accounts.sign_in.saml.looking import look
        except ImportError as error:
            said = {"state": "missing", "found": f"cannot be loaded: {error}", "advice": ADVICE}
        else:
            said = asdict(look())
        self.stdout.write(json.dumps(said))
