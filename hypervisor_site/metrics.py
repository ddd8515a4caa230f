"""Figures for Prometheus: hosts, machines and jobs, read from the database."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from accounts.access import Capability, is_admin, requires
from accounts.services import find_token
from hosts.models import Host
from jobs.models import Job
from posture.reports import site_report
from vms.models import VM


class Inventory(Collector):
    """What the portal knows, at the moment of the scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each family."""
        up = GaugeMetricFamily("guesthouse_host_up", "Whether the host answers.", labels=["host"])
        memory = GaugeMetricFamily(
            "guesthouse_host_memory_used_bytes", "Memory in use on the host.", labels=["host"]
        )
        processor = GaugeMetricFamily(
            "guesthouse_host_cpu_ratio", "Processor use of the host, 0 to 1.", labels=["host"]
        )
        for host in Host.objects.only("name", "state", "memory_used", "cpu_percent"):
            up.add_metric([host.name], float(host.is_online))
            if host.memory_used is not None:
                memory.add_metric([host.name], host.memory_used)
            if host.cpu_percent is not None:
                processor.add_metric([host.name], host.cpu_percent / 100)
        yield from (up, memory, processor)
        machines = GaugeMetricFamily(
            "guesthouse_machines", "Machines by host and state.", labels=["host", "state"]
        )
        counted = VM.objects.values_list("host__name", "state").annotate(n=Count("pk")).order_by()
        for name, state, count in counted:
            machines.add_metric([name, state], count)
        yield machines
        jobs = GaugeMetricFamily("guesthouse_jobs", "Jobs by state.", labels=["state"])
        for state, count in Job.objects.values_list("state").annotate(n=Count("pk")).order_by():
            jobs.add_metric([state], count)
        yield jobs
        yield from self._posture()

    def _posture(self) -> Iterator[GaugeMetricFamily]:
        report = site_report()
        if report.score.value is not None:
            yield GaugeMetricFamily(
                "guesthouse_posture_score",
                "How well the site is guarded, 0 to 100.",
                value=report.score.value,
            )
        found = GaugeMetricFamily(
            "guesthouse_posture_findings", "Security findings by severity.", labels=["severity"]
        )
        for severity, count in report.counts.items():
            found.add_metric([severity], count)
        yield found


def _may_scrape(request: HttpRequest) -> bool:
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = find_token(key)
        return token is not None and is_admin(token.user)
    return is_admin(request.user)


@require_GET
@requires(Capability.PUBLIC)
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scrape by an administrator's session or token; anybody else gets 403."""
    if not _may_scrape(request):
        raise PermissionDenied
    registry = CollectorRegistry()
    registry.register(Inventory())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
