"""Start a migration as the checks propose, with what a person chose on top."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Host
from jobs.models import Job
from jobs.services import asked_before
from migration.checks import known
from migration.checks.findings import Finding, Level, of_level
from migration.checks.keeping import findings_of
from migration.checks.models import CheckReport
from migration.checks.words import sentence_of
from migration.options import Options
from vms.models import VM

from .asking import request_migration


def start(
    vm: VM,
    target: Host,
    by: User,
    chosen: Mapping[str, Any] | None = None,
    *,
    idempotency_key: str = "",
) -> Job:
    """Ask for the migration that the last check proposes, or, without one, the rows.

    Raises what `request_migration` does, and ActionRefused (422, the code of the first) where
    something is known to stand against it. The worker looks at everything once more.
    """
    require(by, Capability.VM_MIGRATE, vm)
    if again := asked_before(by.pk, idempotency_key):
        return again
    options, findings = proposal(vm, target)
    if stop := of_level(findings, Level.BLOCKER):
        raise _refused(stop)
    warnings = of_level(findings, Level.WARNING)
    return request_migration(
        vm,
        target,
        by,
        replace(options, live=vm.is_on, **dict(chosen or {})),
        accepted=[json.dumps(one.as_json()) for one in warnings],
        idempotency_key=idempotency_key,
    )


def proposal(vm: VM, target: Host) -> tuple[Options, list[Finding]]:
    """Return how it would move, and what is known of it: by a fresh check, else by the rows."""
    report = CheckReport.objects.filter(vm=vm, target=target).first()
    if report is not None and report.is_fresh_for(vm) and not report.error:
        return Options.of_json(report.options), report.found
    case = known.case_of(vm, target)
    return case.options, findings_of(case, vm, target)


def accepted_findings(stored: list[str]) -> list[Finding]:
    """Return the warnings that somebody accepted."""
    found = []
    for text in stored:
        try:
            found.append(Finding.of_json(json.loads(text)))
        except (ValueError, TypeError, KeyError):
            continue  # a plain sentence of a plan
    return found


def _refused(stop: list[Finding]) -> ActionRefused:
    text = " ".join(sentence_of(one) for one in stop)
    return ActionRefused(text, code=stop[0].code, status=422, blockers=[one.key for one in stop])
