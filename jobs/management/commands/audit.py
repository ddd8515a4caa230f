"""Check or print the audit record."""

import argparse
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs import audit


class Command(BaseCommand):
    """`audit verify` checks the chain, `audit export` prints it as JSON lines."""

    help = "Check the audit record's chain, or print the record as JSON lines."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take what to do, and a head written down earlier."""
        parser.add_argument("action", choices=["verify", "export"])
        parser.add_argument(
            "--head",
            metavar="SEQ:HASH",
            help="a head that an earlier verify printed; finds a record cut short or rewritten",
        )

    def handle(self, *, action: str, head: str | None = None, **_options: Any) -> None:
        """Do what was asked."""
        if action == "export":
            for line in audit.export():
                sys.stdout.write(json.dumps(line, sort_keys=True) + "\n")
            return
        verdict = audit.inspect(head)
        for problem in verdict.problems:
            self.stderr.write(f"Line {problem.seq}: {problem.what}")
        if verdict.problems:
            raise CommandError(f"The record does not hold: {len(verdict.problems)} problems.")
        self.stdout.write(f"The record holds: {verdict.lines} lines.")
        if verdict.lines:
            self.stdout.write(f"Head, to keep elsewhere: {verdict.head_seq}:{verdict.head_hash}")
