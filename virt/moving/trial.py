"""Does one host's libvirt reach another's? Tried with a definition that never runs."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

import libvirt
from lxml import etree  # type: ignore[attr-defined]

from virt.calls.bounded import run_within
from virt.connection import Hypervisor
from virt.errors import OperationTimeout, VirtError
from virt.hosts import listing
from virt.uri import HostAddress, build_peer_uri
from virt.xml.document import add, render

LINK_SECONDS = 12.0
TRIAL_NAME = "guesthouse-trial-"


@dataclass(frozen=True, slots=True)
class Link:
    """Tell what came of a trial from one host to another; ``detail`` is libvirt's own words."""

    works: bool
    seconds: float = 0.0
    detail: str = ""
    is_timeout: bool = False


def try_link(source: Hypervisor, peer: HostAddress, target: Hypervisor) -> Link:
    """Let the source really hand a definition to the target: one without disks, that never runs.

    Takes it away on both hosts, whatever happens. A libvirt that cannot reach the other answers
    with an error of transport, which is not one of our own connection.
    """
    uri, key = build_peer_uri(peer), str(uuid.uuid4())
    with source.calling():
        domain = source.raw.defineXML(_trial(source, key))
    began = time.monotonic()
    try:
        said = run_within(LINK_SECONDS, lambda: _hand_over(source, domain, uri))
    except OperationTimeout:
        source.gate.is_spoiled = True
        return Link(False, LINK_SECONDS, is_timeout=True)
    finally:
        for side in (source, target):
            _forget(side, key)
    return Link(not said, time.monotonic() - began, said)


def _hand_over(source: Hypervisor, domain: Any, uri: str) -> str:
    flags = (
        libvirt.VIR_MIGRATE_PEER2PEER
        | libvirt.VIR_MIGRATE_OFFLINE
        | libvirt.VIR_MIGRATE_PERSIST_DEST
    )
    with source.calling():
        try:
            domain.migrateToURI3(uri, {}, flags)
        except libvirt.libvirtError as error:
            return error.get_error_message() or str(error)
    return ""


def _trial(source: Hypervisor, key: str) -> str:
    raw = source.raw
    arch = listing.offer(raw).arch or "x86_64"
    types = listing.offer(raw).domain_types
    root = etree.Element("domain", type="qemu" if "qemu" in types else (types or ("kvm",))[0])
    add(root, "name", f"{TRIAL_NAME}{key[:8]}")
    add(root, "uuid", key)
    add(root, "memory", "16", unit="MiB")
    add(add(root, "os"), "type", "hvm", arch=arch)
    return render(root)


def _forget(side: Hypervisor, key: str) -> None:
    """Take a trial away; a host that does not answer now keeps it until the next sweep."""
    try:
        with side.calling():
            side.raw.lookupByUUIDString(key).undefine()
    except VirtError:
        return
