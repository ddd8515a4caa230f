"""Copy a volume from one host to another: its bytes pass through here, its holes do not."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import libvirt

from virt.connection import Hypervisor
from virt.hosts import storage
from virt.specs import VolumeSpec

_CHUNK = 256 * 1024
_HOLE = -3  # what libvirt answers instead of data
Progress = Callable[[int], object]


def length_of(hypervisor: Hypervisor, path: str) -> int:
    """Return how many bytes a volume's file has, holes included. NotFound: it is in no pool."""
    with hypervisor.calling():
        return _length(hypervisor.raw.storageVolLookupByPath(path))


def backing_of(hypervisor: Hypervisor, path: str) -> str:
    """Return the path of the file upon which a volume is a layer, "" for none."""
    with hypervisor.calling():
        volume = hypervisor.raw.storageVolLookupByPath(path)
        pool, name = volume.storagePoolLookupByVolume().name(), volume.name()
    return storage.get_volume(hypervisor, pool, name).backing_path


def make(target: Hypervisor, pool: str, name: str, length: int) -> None:
    """Make the volume that `fill` fills. AlreadyExists when the name is taken there.

    It is raw, so that nothing is in its file but what comes.
    """
    storage.create_volume(target, pool, VolumeSpec(name, length, format="raw"))


def fill(
    source: Hypervisor,
    path: str,
    target: Hypervisor,
    pool: str,
    name: str,
    progress: Progress | None = None,
) -> None:
    """Copy the file of a volume, byte for byte whatever its format, into one that `make` made.

    `progress` gets the bytes so far, holes included, and may raise to stop; what was copied until
    then stays. Nobody may write to the file meanwhile.
    """
    with source.calling(), target.calling():
        original = source.raw.storageVolLookupByPath(path)
        holder = target.raw.storagePoolLookupByName(pool)
        _pour(source, original, target, holder.storageVolLookupByName(name), progress)
    storage.refresh(target, pool)  # the host looks at the format


def _length(volume: Any) -> int:
    return int(volume.infoFlags(libvirt.VIR_STORAGE_VOL_GET_PHYSICAL)[2])


def _pour(
    source: Hypervisor, original: Any, target: Hypervisor, new: Any, progress: Progress | None
) -> None:
    there, here = target.raw.newStream(0), source.raw.newStream(0)
    new.upload(there, 0, 0, libvirt.VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM)
    original.download(here, 0, 0, libvirt.VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM)
    done = 0
    try:
        while data := here.recvFlags(_CHUNK, libvirt.VIR_STREAM_RECV_STOP_AT_HOLE):
            if data == _HOLE:
                hole = here.recvHole()
                there.sendHole(hole)
                done += hole
            else:
                done += len(data)
                storage.send(there, data)
            if progress is not None:
                progress(done)
    except BaseException:
        for stream in (there, here):
            with suppress(libvirt.libvirtError):
                stream.abort()
        raise
    here.finish()
    there.finish()
