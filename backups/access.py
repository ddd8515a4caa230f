"""How is a backup fetched? Fetching is authorising."""

from django.http import Http404

from accounts.access import Capability, Person, require

from .models import Backup, BackupQuerySet


def list_backups(user: Person, capability: Capability = Capability.VM_VIEW) -> BackupQuerySet:
    """Return the backups on which `user` has `capability`, whether or not their machine is."""
    found = Backup.objects.standing().allowing(user, capability)
    return found.select_related("host", "vm", "owner", "team", "job")


def get_backup(user: Person, pk: int, capability: Capability) -> Backup:
    """Return a backup. Raises Http404 for one unseen, PermissionDenied without `capability`."""
    backup = list_backups(user).filter(pk=pk).first()
    if backup is None:
        raise Http404
    require(user, capability, backup)
    return backup
