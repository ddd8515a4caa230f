"""Have every machine of a host checked against the other hosts, before a plan begins."""

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Host
from maintenance.preview import Preview
from migration.checks.asking import request_check


def check_all(host: Host, by: User) -> int:
    """Ask for a check of each running machine; return how many were asked for."""
    require(by, Capability.HOST_MANAGE)
    asked = 0
    for vm in Preview(host).machines:
        try:
            request_check(vm, by)
        except ActionRefused:
            continue
        asked += 1
    return asked
