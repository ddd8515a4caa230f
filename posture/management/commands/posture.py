"""Print how well the site is guarded, for people and for programs."""

import argparse
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from posture import looking, reading, reports
from posture.judging.verdicts import BAD
from posture.links import command_of, name_of
from posture.models import Finding
from posture.severity import Severity

ORDER = {severity: number for number, severity in enumerate(Severity.values)}


class Command(BaseCommand):
    """`posture` looks and prints the findings; its exit code says whether the bar is reached."""

    help = "Look at portal, hosts and machines, and print the score and what was found."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the form of the answer and the bar."""
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--below",
            type=_points,
            metavar="POINTS",
            help="exit with 1 where the score is below this",
        )
        parser.add_argument(
            "--kept", action="store_true", help="print what the last look found; do not look now"
        )

    def handle(self, **options: Any) -> None:
        """Look, print, and leave with what the bar says."""
        if not options["kept"]:
            reading.read_record()
            looking.look()
        report = reports.site_report()
        rows = list(Finding.objects.standing().select_related("host", "vm", "acceptance"))
        rows.sort(key=lambda row: (row.state != BAD, ORDER[row.severity], row.check_key, row.pk))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report, rows), indent=1))
        else:
            self._table(report, rows)
        bar, score = options["below"], report.score.value
        if bar is not None and (score is None or score < bar):
            sys.exit(1)

    def _table(self, report: reports.Report, rows: list[Finding]) -> None:
        for row in rows:
            word = "accepted" if row.acceptance_id else row.severity
            word = "unknown" if row.state != BAD and not row.acceptance_id else word
            line = f"{word:9} {name_of(row):20} {row.spec.title}"
            evidence = ", ".join(one for one in row.evidence if one != name_of(row))
            self.stdout.write(f"{line}: {evidence}" if evidence else line)
        score = report.score
        said = "nothing was looked at" if score.value is None else f"{score.value} of 100"
        held = f", held there by a {score.ceiling} finding" if score.ceiling else ""
        self.stdout.write(f"Score: {said}{held}; {score.unknown:g} points are not known.")


def _points(word: str) -> int:
    if not word.isdecimal() or int(word) > 100:
        raise argparse.ArgumentTypeError("points are a number from 0 to 100")
    return int(word)


def _as_json(report: reports.Report, rows: list[Finding]) -> dict[str, Any]:
    score = report.score
    return {
        "score": score.value,
        "bare": score.bare,
        "ceiling": score.ceiling,
        "unknown": score.unknown,
        "findings": [
            {
                "check": row.check_key,
                "part": row.part,
                "subject": name_of(row),
                "severity": row.severity,
                "state": row.state,
                "accepted": row.acceptance_id is not None,
                "title": str(row.spec.title),
                "evidence": row.evidence,
                "command": command_of(row.spec, name_of(row)),
            }
            for row in rows
        ],
    }
