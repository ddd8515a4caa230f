"""Try an address for somebody who is about to add or edit a host."""

from typing import Any

from django.utils.translation import gettext_noop

from hosts.addresses import known_hosts_path
from hosts.checking import Check
from hosts.wishes import HostWish
from jobs.running import JobContext


def test_address(job: JobContext) -> dict[str, Any]:
    """Try each step, and keep it in the result at once so that the page can show it."""
    known_hosts = known_hosts_path(f"test-{job.job.pk}")
    check = Check(HostWish(**job.params), known_hosts)
    steps: list[dict[str, str]] = []
    job.note(steps=steps, keys=check.keys, is_ok=False)
    job.progress(None, gettext_noop("Trying the address"))
    try:
        for step in check.steps():
            steps = [*steps, step.as_json()]
            job.note(steps=steps)
    finally:
        known_hosts.unlink(missing_ok=True)
    return {
        "steps": steps,
        "keys": check.keys,
        "is_ok": check.is_ok,
        "host_key": check.host_key,
        "fingerprint": check.fingerprint,
    }
