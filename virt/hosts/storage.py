"""What can be done with pools and volumes.

Names are the server's own and are checked once more here.
"""

import re
from collections.abc import Callable
from typing import Any, BinaryIO

import libvirt

from virt.connection import Hypervisor
from virt.errors import AlreadyExists, NotFound, WrongState, translate, translated
from virt.facts.storage import PoolInfo, VolumeInfo
from virt.hosts import inventory
from virt.specs import PoolSpec, VolumeSpec
from virt.uri import check_path
from virt.xml import build_storage

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}\Z")
_CHUNK = 256 * 1024
Progress = Callable[[int], object]


def check_name(name: str) -> str:
    """Return the name of a volume or pool unchanged, or raise ValueError: it must be a plain file
    name.
    """
    if not _NAME.match(name) or ".." in name:
        raise ValueError("This is not a plain name.")
    return name


def _pool(hypervisor: Hypervisor, name: str) -> Any:
    return hypervisor.raw.storagePoolLookupByName(name)


def _volume(hypervisor: Hypervisor, pool: str, name: str) -> Any:
    return _pool(hypervisor, pool).storageVolLookupByName(name)


def _exists(lookup: Callable[[], Any]) -> bool:
    try:
        lookup()
    except libvirt.libvirtError as error:
        if isinstance(translate(error), NotFound):
            return False
        raise
    return True


def get_pool(hypervisor: Hypervisor, name: str) -> PoolInfo:
    """Read a pool, or raise NotFound."""
    with hypervisor.calling():
        return inventory.pool_info(_pool(hypervisor, name))


def get_volume(hypervisor: Hypervisor, pool: str, name: str) -> VolumeInfo:
    """Read a volume, or raise NotFound."""
    with hypervisor.calling():
        return inventory.volume_info(pool, _volume(hypervisor, pool, name))


def create_pool(hypervisor: Hypervisor, spec: PoolSpec) -> PoolInfo:
    """Define, build, start and autostart a pool.

    AlreadyExists when the name is taken; nothing stays behind on failure.
    """
    check_name(spec.name)
    xml = build_storage.pool(spec)
    with hypervisor.calling():
        if _exists(lambda: _pool(hypervisor, spec.name)):
            raise AlreadyExists
        pool = hypervisor.raw.storagePoolDefineXML(xml, 0)
        try:
            if spec.kind in {"dir", "fs", "netfs"}:
                pool.build(0)
            pool.create(0)
            pool.setAutostart(1)
        except libvirt.libvirtError:
            pool.undefine()
            raise
        return inventory.pool_info(pool)


def create_dir_pool(hypervisor: Hypervisor, name: str, path: str) -> PoolInfo:
    """Make a pool of a folder on the host, which is created when it is missing."""
    return create_pool(hypervisor, PoolSpec(name=name, kind="dir", path=check_path(path)))


def start_pool(hypervisor: Hypervisor, name: str) -> None:
    """Start a pool; WrongState when it is active."""
    with hypervisor.calling():
        pool = _pool(hypervisor, name)
        if pool.isActive():
            raise WrongState("The pool is active already.")
        pool.create(0)


def set_autostart(hypervisor: Hypervisor, name: str, wanted: bool) -> None:
    """Say whether a pool starts with the host."""
    with hypervisor.calling():
        _pool(hypervisor, name).setAutostart(1 if wanted else 0)


def stop_pool(hypervisor: Hypervisor, name: str) -> None:
    """Stop a pool; what is in it stays."""
    with hypervisor.calling():
        _pool(hypervisor, name).destroy()


def remove_pool(hypervisor: Hypervisor, name: str) -> None:
    """Forget a pool; the files in it stay."""
    with hypervisor.calling():
        pool = _pool(hypervisor, name)
        if pool.isActive():
            pool.destroy()
        if pool.isPersistent():
            pool.undefine()


def refresh(hypervisor: Hypervisor, pool: str) -> None:
    """Let the host look anew at what is in the pool."""
    with hypervisor.calling():
        _pool(hypervisor, pool).refresh(0)


def create_volume(hypervisor: Hypervisor, pool: str, spec: VolumeSpec) -> VolumeInfo:
    """Create a volume, or raise AlreadyExists, OutOfSpace or NotFound (the pool)."""
    check_name(spec.name)
    xml = build_storage.volume(spec)
    with hypervisor.calling():
        holder = _pool(hypervisor, pool)
        if _exists(lambda: holder.storageVolLookupByName(spec.name)):
            raise AlreadyExists
        return inventory.volume_info(pool, holder.createXML(xml, 0))


def clone(
    hypervisor: Hypervisor, pool: str, source: str, spec: VolumeSpec, *, source_pool: str = ""
) -> VolumeInfo:
    """Copy a volume into a new one of at least its size; may take as long as the copying."""
    check_name(spec.name)
    xml = build_storage.volume(spec)
    with hypervisor.calling():
        holder = _pool(hypervisor, pool)
        original = _volume(hypervisor, source_pool or pool, source)
        if _exists(lambda: holder.storageVolLookupByName(spec.name)):
            raise AlreadyExists
        return inventory.volume_info(pool, holder.createXMLFrom(xml, original, 0))


def delete_volume(hypervisor: Hypervisor, pool: str, name: str) -> None:
    """Delete a volume and its data, or raise NotFound."""
    with hypervisor.calling():
        _volume(hypervisor, pool, name).delete(0)


def resize(hypervisor: Hypervisor, pool: str, name: str, capacity: int) -> None:
    """Grow a volume that no running domain uses to so many bytes; shrinking is refused with
    ValueError.
    """
    with hypervisor.calling():
        volume = _volume(hypervisor, pool, name)
        if capacity < volume.info()[1]:
            raise ValueError("A volume cannot be made smaller.")
        volume.resize(capacity, 0)


def find_by_path(hypervisor: Hypervisor, path: str) -> tuple[str, str] | None:
    """Return the names of the pool and the volume at a path, None where no active pool has it."""
    with hypervisor.calling():
        try:
            volume = hypervisor.raw.storageVolLookupByPath(path)
            return str(volume.storagePoolLookupByVolume().name()), str(volume.name())
        except libvirt.libvirtError as error:
            if isinstance(translate(error), NotFound):
                return None
            raise


def upload(
    hypervisor: Hypervisor,
    pool: str,
    name: str,
    source: BinaryIO,
    length: int,
    progress: Progress | None = None,
) -> None:
    """Fill an existing volume with ``length`` bytes of a file; ``progress`` gets the bytes so far
    and may raise to stop.
    """
    with hypervisor.calling():
        volume = _volume(hypervisor, pool, name)
        stream = hypervisor.raw.newStream(0)
        volume.upload(stream, 0, length, 0)
        sent = 0
        try:
            while sent < length:
                data = source.read(min(_CHUNK, length - sent))
                if not data:
                    raise ValueError("The file is shorter than announced.")
                send(stream, data)
                sent += len(data)
                if progress is not None:
                    progress(sent)
        except BaseException:
            with translated():
                stream.abort()
            raise
        stream.finish()


def send(stream: Any, data: bytes) -> None:
    """Send all of `data` into a stream (inside ``virt`` only)."""
    while data:
        data = data[stream.send(data) :]


def download(
    hypervisor: Hypervisor, pool: str, name: str, target: BinaryIO, progress: Progress | None = None
) -> int:
    """Write a volume's bytes to a file and return how many they were."""
    with hypervisor.calling():
        volume = _volume(hypervisor, pool, name)
        stream = hypervisor.raw.newStream(0)
        volume.download(stream, 0, 0, 0)
        received = 0
        try:
            while data := stream.recv(_CHUNK):
                target.write(data)
                received += len(data)
                if progress is not None:
                    progress(received)
        except BaseException:
            with translated():
                stream.abort()
            raise
        stream.finish()
        return received
