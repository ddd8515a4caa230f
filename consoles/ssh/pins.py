"""Which host key is a machine's, and on which port does it listen?"""

import base64
import hashlib

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from consoles.models import SshAccess
from jobs import audit
from vms.models import VM


def access_of(vm: VM) -> SshAccess:
    """Return how the machine is reached by SSH, not saved where nothing is known yet."""
    return SshAccess.objects.filter(vm=vm).first() or SshAccess(vm=vm)


def fingerprint(key: str) -> str:
    """Return the SHA-256 of a public key as OpenSSH shows it, "" for no key."""
    words = key.split()
    if len(words) < 2:
        return ""
    digest = hashlib.sha256(base64.b64decode(words[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def pin(vm_id: int, key: str) -> str:
    """Keep the first host key that a machine shows; return the one that is kept."""
    SshAccess.objects.get_or_create(vm_id=vm_id)
    first = SshAccess.objects.filter(vm=vm_id, host_key="")
    first.update(host_key=key, pinned_at=timezone.now())
    return SshAccess.objects.get(vm=vm_id).host_key


def note_other(vm_id: int, key: str) -> None:
    """Remember another host key than the pinned one, for who may accept it."""
    row = SshAccess.objects.filter(~Q(host_key=key), vm=vm_id)
    row.update(offered_key=key, offered_at=timezone.now())


def accept(vm: VM, by: User, wanted: str) -> None:
    """Make the key that the machine showed last its key, where `wanted` is its fingerprint.

    Raises ActionRefused (key-changed) when it is another one by now.
    """
    require(by, Capability.VM_EDIT, vm)
    row = access_of(vm)
    if not row.offered_key or fingerprint(row.offered_key) != wanted:
        raise ActionRefused(
            _("The machine shows another key by now. Look at this one first."), code="key-changed"
        )
    before = fingerprint(row.host_key)
    row.host_key, row.pinned_at = row.offered_key, timezone.now()
    row.offered_key, row.offered_at = "", None
    row.save()
    _note(by, "console.ssh_key", vm, before=before, after=wanted)


def set_port(vm: VM, by: User, port: int) -> None:
    """Set the port on which the machine's SSH server listens, 1 to 65535."""
    require(by, Capability.VM_EDIT, vm)
    row = access_of(vm)
    before, row.port = row.port, port
    row.save()
    if before != port:
        _note(by, "console.ssh_port", vm, before=before, after=port)


def _note(by: User, action: str, vm: VM, **detail: object) -> None:
    audit.record(by, action, target_kind="vm", target_id=vm.pk, target_name=vm.name, detail=detail)
