"""Who may read findings, and who may accept them? Fetching is authorising.

Administrators and auditors read all. Who manages a team reads what was found of its machines, and
may accept what is not severe; severe findings, and those of portal and hosts, are accepted by
administrators.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import Capability, Person, allows, on_whole_site

from .models import Finding, FindingQuerySet
from .severity import SEVERE


def list_findings(user: Person) -> FindingQuerySet:
    """Return the findings that stand and that `user` may read."""
    found = Finding.objects.standing().allowing(user)
    return found.select_related("host", "vm__team", "vm__host", "acceptance__made_by")


def get_finding(user: Person, pk: int) -> Finding:
    """Return a finding that `user` may accept. Raises Http404 unseen, PermissionDenied (403)."""
    finding = list_findings(user).filter(pk=pk).first()
    if finding is None:
        raise Http404
    if not may_accept(user, finding):
        raise PermissionDenied
    return finding


def may_accept(user: Person, finding: Finding) -> bool:
    """Say whether `user` may let the finding stand."""
    if on_whole_site(user, Capability.SITE_MANAGE):
        return True
    if finding.vm is None or finding.severity in SEVERE:
        return False
    return allows(user, Capability.TEAM_MANAGE, finding.vm)


def may_read_machine(user: Person, machine: object) -> bool:
    """Say whether the page of a machine shows its findings: who may change it, and who audits."""
    if on_whole_site(user, Capability.AUDIT_VIEW):
        return True
    return allows(user, Capability.VM_EDIT, machine)  # type: ignore[arg-type]
