"""What the pages of jobs have to know about hosts."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, Person
from accounts.models import User
from hosts.access import get_host
from hosts.facts import announce_inventory
from hosts.models import Host
from hosts.services.fixing import request_fix
from hosts.services.managing import request_probe, request_rescan
from hosts.services.networks import get_network, request_network_delete
from jobs.models import Job


def host_job_changed(job: Job) -> None:
    """Have the page of the host show that a job holds it, or what came of it."""
    if job.progress is not None or job.kind == "host.test":
        return
    host = Host.objects.filter(pk=job.target_id or 0).first()
    if host is not None:
        announce_inventory(host)


def link_to_host(job: Job) -> str:
    """Return where the host of a job is shown; "" when it is gone or was never added."""
    if job.target_id is None or not Host.objects.filter(pk=job.target_id).exists():
        return ""
    return reverse("hosts:detail", args=[job.target_id])


def retry_host_job(job: Job, by: Person) -> Job:
    """Ask for the same once more."""
    host = get_host(by, job.target_id or 0, Capability.HOST_MANAGE)
    if job.kind == "host.rescan":
        return request_rescan(host, by)
    if job.kind == "host.probe":
        return request_probe(host, by)
    if job.kind == "host.fix":
        return request_fix(host, job.params["action"], job.params["name"], by)
    raise ActionRefused(_("Try the address again on the page of the host."), code="wrong-state")


def link_to_network(job: Job) -> str:
    """Return where the network of a job is shown."""
    return reverse("networks:list")


def retry_network_job(job: Job, by: Person) -> Job:
    """Ask for the end of a network once more; one that could not be made is asked for anew."""
    assert isinstance(by, User)
    if job.kind != "network.delete":
        raise ActionRefused(_("Ask for the network on its own page."), code="not-repeatable")
    network = get_network(by, job.target_id or 0, Capability.NETWORK_CREATE)
    return request_network_delete(network, by)
