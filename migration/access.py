"""How is a migration fetched? Fetching is authorising: by the right on its machine."""

from django.http import Http404

from accounts.access import Capability, Person, on_whole_site, require

from .models import Migration, MigrationQuerySet


def list_migrations(user: Person) -> MigrationQuerySet:
    """Return the migrations of machines that `user` may see; those of no machine to all-seers."""
    rows = Migration.objects.select_related("vm", "source", "target", "asked_by", "job")
    if on_whole_site(user, Capability.VM_VIEW):
        return rows
    return rows.allowing(user, Capability.VM_VIEW)


def get_migration(user: Person, pk: int, capability: Capability) -> Migration:
    """Return a migration. Raises Http404 for one unseen, PermissionDenied without `capability`."""
    migration = list_migrations(user).filter(pk=pk).first()
    if migration is None:
        raise Http404
    require(user, capability, migration.vm)
    return migration
