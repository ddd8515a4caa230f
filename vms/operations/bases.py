"""Is an image on a pool already, so that a new disk can be copied from it there?

The first machine on a pool gets the image uploaded; its disk is then copied into a base volume,
from which the disks of all later ones are copied without anything being sent. The base's name
carries the image's checksum. libvirt cannot rename a volume, so its *size* says that it is
complete: it is made as big as the image and enlarged a little, in one step, when the copy is done.
What was left half-made has the smaller size and is made anew; libvirt refuses to delete, enlarge or
copy a volume that somebody is still making.
"""

import hashlib
import logging
import re
from functools import lru_cache
from pathlib import Path

from jobs.context import JobContext
from virt.connection import Hypervisor
from virt.errors import HostUnreachable, NotFound, OperationTimeout, OutOfSpace, VirtError
from virt.hosts import storage
from virt.specs import VolumeSpec
from vms.making.images import Image

from .target import virsh

log = logging.getLogger(__name__)
SEAL = 64 * 1024  # bytes by which a complete base is bigger than its image
GRAVE = (HostUnreachable, OperationTimeout, OutOfSpace)  # which uploading would not mend


@lru_cache(maxsize=32)
def _checksum(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def base_name(image: Image) -> str:
    """Return what the base volume of an image, as its file is now, is called."""
    facts = image.path.stat()
    return f"{image.key}-{_checksum(image.path, facts.st_size, facts.st_mtime_ns)[:8]}.img"


class Base:
    """The base volume of one image on one pool."""

    def __init__(self, job: JobContext, hypervisor: Hypervisor, pool: str, image: Image) -> None:
        self._job, self._hypervisor, self._pool, self._image = job, hypervisor, pool, image
        self.name = base_name(image)
        self._size = image.path.stat().st_size

    def copy_to(self, name: str, disk: int) -> bool:
        """Make the volume `name` a copy of the base; False when the image has to be uploaded.

        `disk` is how many bytes the volume will have in the end.
        """
        if disk < self._size + SEAL or not self._is_complete():
            return False
        self._job.command(virsh("vol-clone", self.name, name, flags=("--pool", self._pool)))
        try:
            self._clone(self.name, name)
        except GRAVE:
            raise
        except VirtError as error:  # deleted meanwhile, by libvirt or behind its back
            log.info("base %s cannot be copied: %s", self.name, error.detail)
            return False
        return True

    def keep(self, name: str, available: int) -> None:
        """Make the base of the volume `name`, which has just got the image and nothing more.

        When that cannot be done the next machine uploads again; this one is fine.
        """
        if self._image.format != "raw" or available < 2 * self._size + SEAL:
            return
        try:
            self._keep(name)
        except HostUnreachable:
            raise
        except VirtError as error:  # made by somebody else at this moment, or no room
            log.info("base %s is not kept: %s", self.name, error.detail)

    def _keep(self, name: str) -> None:
        if self._is_complete():
            return
        self._delete_older()
        flags = ("--pool", self._pool)
        self._job.command(virsh("vol-clone", name, self.name, flags=flags))
        self._clone(name, self.name)
        self._job.command(virsh("vol-resize", self.name, str(self._size + SEAL), flags=flags))
        storage.resize(self._hypervisor, self._pool, self.name, self._size + SEAL)

    def _is_complete(self) -> bool:
        if self._image.format != "raw":
            return False
        try:
            found = storage.get_volume(self._hypervisor, self._pool, self.name)
        except HostUnreachable:
            raise
        except VirtError:  # not there, or its file was deleted behind libvirt's back
            return False
        return found.capacity == self._size + SEAL

    def _clone(self, source: str, name: str) -> None:
        spec = VolumeSpec(name, capacity=self._size, format=self._image.format)
        storage.clone(self._hypervisor, self._pool, source, spec)

    def _delete_older(self) -> None:
        """Delete what was left half-made, and the bases of the image's earlier contents."""
        pattern = re.compile(rf"{re.escape(self._image.key)}-[0-9a-f]{{8}}\.img")
        for volume in self._hypervisor.volumes(self._pool):
            if pattern.fullmatch(volume.name):
                try:
                    storage.delete_volume(self._hypervisor, self._pool, volume.name)
                except NotFound:
                    continue
