"""The shapes of machines in the API. Sizes are bytes unless a name says otherwise."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from accounts.access import is_admin
from jobs.api import Accepted, JobOut
from vms.making.images import Image

from .bin.rules import until
from .models import VM
from .services.wishes import MOST_AT_ONCE


class VMOut(Schema):
    """A machine as the list shows it."""

    id: int
    uuid: str
    name: str
    state: str
    state_reason: str
    state_since: datetime
    host: str | None
    owner: str | None
    tags: list[str]
    vcpus: int
    memory: int
    memory_used: int | None
    cpu_percent: float | None
    address: str
    autostart: bool
    is_protected: bool
    stays_on: bool
    created_at: datetime
    ends_at: datetime | None
    last_used_at: datetime | None
    last_used_by: str
    quiet_since: datetime
    recycled_at: datetime | None
    deleted_at: datetime | None

    @staticmethod
    def resolve_deleted_at(vm: VM) -> datetime | None:
        """Return when a machine in the recycle bin is deleted for good, None for never."""
        return until(vm)

    @staticmethod
    def resolve_uuid(vm: VM) -> str:
        """Return libvirt's UUID."""
        return str(vm.uuid)

    @staticmethod
    def resolve_state(vm: VM) -> str:
        """Return the state; "unknown" while the host does not answer."""
        return str(vm.shown_state)

    @staticmethod
    def resolve_host(vm: VM, context: Any) -> str | None:
        """Return the host's name to administrators."""
        return vm.host.name if _asks_admin(context) else None

    @staticmethod
    def resolve_owner(vm: VM) -> str | None:
        """Return the owner's user name."""
        return vm.owner.username if vm.owner else None

    @staticmethod
    def resolve_tags(vm: VM) -> list[str]:
        """Return the names of the tags."""
        return [tag.name for tag in vm.tags.all()]


class DifferenceOut(Schema):
    """What its next start changes, beside processors and memory: `added`, `removed`, `changed`."""

    part: str
    name: str
    change: str


class VMDetail(VMOut):
    """A machine with its hardware."""

    description: str
    arch: str
    machine_type: str
    firmware: str
    virt_type: str
    has_tpm: bool
    has_serial: bool
    agent_connected: bool
    disks: list[dict[str, Any]]
    nics: list[dict[str, Any]]
    addresses: list[dict[str, Any]]
    differences: list[DifferenceOut]
    guest: dict[str, Any]  # what its agent says: hostname, system, kernel, users, filesystems

    @staticmethod
    def resolve_disks(vm: VM, context: Any) -> list[dict[str, Any]]:
        """Return the disks; host paths to administrators only."""
        if _asks_admin(context):
            return list(vm.disks)
        return [{key: disk[key] for key in disk if key != "source"} for disk in vm.disks]


def _asks_admin(context: Any) -> bool:
    request = context.get("request") if context else None
    return request is not None and is_admin(request.user)


class ImageOut(Schema):
    """An image that a machine can be made from."""

    key: str
    name: str
    summary: str
    format: str
    min_disk: int
    min_memory: int

    @staticmethod
    def resolve_name(image: Image) -> str:
        """Return the name in the caller's language."""
        return str(image.name)

    @staticmethod
    def resolve_summary(image: Image) -> str:
        """Return the summary in the caller's language."""
        return str(image.summary)


class ImagesOut(Schema):
    """All images that can be chosen now."""

    items: list[ImageOut]


class VMCreate(Schema):
    """A new machine. Amounts that are left out are those of the named size."""

    name: Annotated[str, Field(max_length=255)]
    source: Annotated[
        str,
        Field(description="image:<key>, iso:<pool>/<volume> or network", max_length=600),
    ] = "image:guesthouse-tiny"
    host_id: Annotated[int | None, Field(description="the freest host if left out")] = None
    size: Annotated[str, Field(description="the slug of a size of the catalogue, or custom")] = (
        "small"
    )
    vcpus: int | None = None
    memory: Annotated[int | None, Field(description="bytes")] = None
    disk: Annotated[int | None, Field(description="bytes")] = None
    network: Annotated[
        str, Field(description='"none", or the host\'s usual one if left out', max_length=255)
    ] = ""
    firmware: Literal["bios", "uefi", "uefi-secure"] = "bios"
    tpm: bool = False
    display: Literal["vnc", "spice", "both"] = "vnc"
    clipboard: Annotated[
        bool, Field(description="the guest's clipboard; over VNC it hinders live migration")
    ] = False
    start: bool = True
    description: str = ""
    team: Annotated[
        str, Field(description="a team's slug, or nothing for a personal one", max_length=80)
    ] = ""
    keep_until: Annotated[date | None, Field(description="the last day")] = None
    group_id: Annotated[int | None, Field(description="a placement group that it joins")] = None
    count: Annotated[
        int, Field(ge=1, le=MOST_AT_ONCE, description="so many, numbered after the name")
    ] = 1


class VMsAccepted(Accepted):
    """The answer to a creation: `job` makes the first machine, `jobs` make one each."""

    jobs: list[JobOut]


class VMPatch(Schema):
    """What can be changed of a machine; what is left out stays."""

    name: Annotated[str | None, Field(max_length=63)] = None
    description: Annotated[str | None, Field(max_length=2000)] = None
    tags: Annotated[list[str] | None, Field(max_length=20)] = None
    autostart: bool | None = None
    is_protected: bool | None = None
    stays_on: bool | None = None
    keep_until: date | None = None  # given as null: for ever


class VMDelete(Schema):
    """How to delete: into the recycle bin, or for good; that, and disks, need the name."""

    for_good: bool = False
    with_disks: bool = False
    confirm: str = ""


VMId = Annotated[int, Field(ge=1, lt=2**63)]


class BulkIn(Schema):
    """One action for several machines."""

    ids: Annotated[list[VMId], Field(min_length=1, max_length=1000)]
    action: str
    tag: Annotated[str, Field(max_length=40)] = ""  # with tag, untag
    keep_until: date | None = None  # with keep; null is for ever
    owner: str = ""  # a user name, with own; "" is nobody
    team: str = ""  # a slug, with own; "" is none
    host: int | None = None  # with migrate; null is the best one for each


class BulkItem(Schema):
    """What came of one machine in a bulk action."""

    id: int
    name: str
    job: int | None
    refusal: str | None


class BulkOut(Schema):
    """What came of each machine."""

    results: list[BulkItem]
