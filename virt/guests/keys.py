"""How does a key for SSH get into a guest and out of it again, by the guest's agent?"""

from __future__ import annotations

import libvirt

from virt.calls.bounded import run_within
from virt.domain import Domain

SECONDS = 10.0


def add(domain: Domain, user: str, key: str) -> None:
    """Let whoever has `key` (a line as in authorized_keys) sign in as `user` of the guest."""
    _set(domain, user, key, libvirt.VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND)


def remove(domain: Domain, user: str, key: str) -> None:
    """Take a key away again that was added."""
    _set(domain, user, key, libvirt.VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE)


def _set(domain: Domain, user: str, key: str, flags: int) -> None:
    def carry() -> None:
        with domain.raw() as raw:
            raw.authorizedSSHKeysSet(user, [key], flags)

    run_within(SECONDS, carry, given_up=domain.left_behind)
