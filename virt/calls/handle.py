"""How is one domain found on an open connection: looked up by UUID for each call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import libvirt

from virt.errors import InvalidDefinition, NotFound, translate

if TYPE_CHECKING:
    from virt.connection import Hypervisor


class Handle:
    """Name one domain of an open connection; no libvirt object is kept."""

    def __init__(self, hypervisor: Hypervisor, uuid: str) -> None:
        self.hypervisor = hypervisor
        self.uuid = uuid

    def __repr__(self) -> str:
        return f"Domain({self.uuid})"

    @contextmanager
    def raw(self, message: str = "") -> Iterator[Any]:
        """Look the domain up and hold a call slot around raw calls (inside ``virt`` only)."""
        with self.hypervisor.calling(message):
            try:
                found = self.hypervisor.raw.lookupByUUIDString(self.uuid)
            except libvirt.libvirtError as error:
                if isinstance(translate(error), InvalidDefinition):
                    raise NotFound(detail=error.get_error_message() or "") from error
                raise
            yield found

    def left_behind(self) -> None:
        """Note that a call of ours hangs on the connection, so that the pool lends another one."""
        self.hypervisor.gate.is_spoiled = True

    def check_exists(self) -> None:
        """Raise NotFound when the host does not have it."""
        with self.raw():
            pass
