"""Delete a backup: its files on the host, then its row."""

from django.utils.translation import gettext_noop

from backups.models import PLACE, Backup
from hosts.addresses import address_of
from jobs.context import JobContext
from virt.pool import pooled
from vms.operations.target import honest, virsh

from .making import delete_files


def delete(job: JobContext) -> None:
    """Delete the job's backup; one that is no more was deleted by an earlier attempt."""
    row = Backup.objects.select_related("host").filter(pk=job.job.target_id or 0).first()
    if row is None:
        return
    job.progress(None, gettext_noop("Deleting disks"))
    for file in row.files:
        job.command(virsh("vol-delete", file["name"], flags=("--pool", PLACE)))
    with honest(row.vm_name), pooled(address_of(row.host), "ops") as hypervisor:
        delete_files(hypervisor, row)
    row.delete()
