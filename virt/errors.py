"""Which failures can a libvirt host give us, in our own words.

libvirt's error *codes* are translated here and nowhere else; its text is kept in ``detail`` and
never matched.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import libvirt


class VirtError(Exception):
    """Say that something about a libvirt host went wrong.

    ``message`` is a plain English sentence without host paths; ``detail`` is libvirt's own text,
    which may hold host paths and is for host admins and the log only. ``code`` and ``domain`` are
    libvirt's numbers.
    """

    slug = "libvirt-error"
    default = "The host could not do that."

    def __init__(
        self,
        message: str = "",
        *,
        detail: str = "",
        code: int | None = None,
        domain: int | None = None,
    ) -> None:
        self.message = message or self.default
        self.detail = detail
        self.code = code
        self.domain = domain
        super().__init__(self.message)


class Unreachable(StrEnum):
    """Name why a host cannot be reached, as far as it is known."""

    NO_NAME = "no-name"
    NO_ROUTE = "no-route"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    HOST_KEY = "host-key"
    CERTIFICATE = "certificate"  # the host's is not signed by whom we believe
    CERTIFICATE_NAME = "certificate-name"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CLIENT_CERTIFICATE = "client-certificate"  # the host does not accept ours
    NO_CERTIFICATE = "no-certificate"  # we have none that can be read
    NO_TLS = "no-tls"
    NO_SOCKET = "no-socket"
    LOST = "lost"
    BREAKER = "breaker"
    OTHER = "other"


class HostUnreachable(VirtError):
    """Say that there is no working connection to the host; whatever was asked may or may not have
    happened.
    """

    slug = "host-unreachable"
    default = "The host cannot be reached."

    def __init__(
        self,
        message: str = "",
        *,
        cause: Unreachable = Unreachable.OTHER,
        detail: str = "",
        code: int | None = None,
        domain: int | None = None,
    ) -> None:
        super().__init__(message, detail=detail, code=code, domain=domain)
        self.cause = cause


class NotFound(VirtError):
    """Say that the domain, pool, volume, network or device is not there."""

    slug = "not-found"
    default = "The host does not know this object."


class AlreadyExists(VirtError):
    """Say that the name or UUID is taken on the host."""

    slug = "already-exists"
    default = "The host already has an object of this name."


class WrongState(VirtError):
    """Say that the object is not in a state in which this can be done."""

    slug = "wrong-state"
    default = "This cannot be done in the present state."


class Unsupported(VirtError):
    """Say that the host's libvirt or QEMU cannot do this."""

    slug = "unsupported"
    default = "The host does not support this."


class AccessDenied(VirtError):
    """Say that the host refuses us: authentication, polkit, or a read-only connection."""

    slug = "access-denied"
    default = "The host refuses access."


class OutOfSpace(VirtError):
    """Say that the host has no room left."""

    slug = "out-of-space"
    default = "The host has no space left."


class OperationTimeout(VirtError):
    """Say that an answer did not come in time; the operation may still be going on."""

    slug = "timeout"
    default = "The host did not answer in time."


class AgentUnresponsive(OperationTimeout):
    """Say that the guest agent is absent or silent."""

    slug = "agent-unresponsive"
    default = "The guest agent does not answer."


class Busy(VirtError):
    """Say that another job holds the object; try again later, never in a loop."""

    slug = "busy"
    default = "The host is busy with another job on this object."


class InvalidDefinition(VirtError):
    """Say that libvirt does not accept the XML or an argument."""

    slug = "invalid-definition"
    default = "The host does not accept this definition."


class MigrationFailed(VirtError):
    """Say that a migration was refused or failed; where the machine is now has to be read from both
    hosts.
    """

    slug = "migration-failed"
    default = "The migration did not succeed."


class OperationAborted(VirtError):
    """Say that somebody cancelled the job."""

    slug = "aborted"
    default = "The operation was cancelled."


def _codes(*names: str) -> frozenset[int]:
    """Return the numbers of those VIR_ERR_ names that this libvirt has."""
    return frozenset(
        getattr(libvirt, f"VIR_ERR_{name}") for name in names if hasattr(libvirt, f"VIR_ERR_{name}")
    )


_TRANSPORT_DOMAINS = frozenset({libvirt.VIR_FROM_RPC, libvirt.VIR_FROM_REMOTE})
_TRANSPORT_CODES = _codes("INTERNAL_ERROR", "SYSTEM_ERROR")
_LOST_CODES = _codes("NO_CONNECT", "INVALID_CONN", "RPC", "SSH", "LIBSSH")

_BY_CODE: tuple[tuple[type[VirtError], frozenset[int]], ...] = (
    (
        NotFound,
        _codes(
            "NO_DOMAIN",
            "NO_NETWORK",
            "NO_STORAGE_POOL",
            "NO_STORAGE_VOL",
            "NO_NODE_DEVICE",
            "NO_INTERFACE",
            "NO_NWFILTER",
            "NO_SECRET",
            "NO_DOMAIN_SNAPSHOT",
            "NO_DOMAIN_METADATA",
            "NO_DOMAIN_CHECKPOINT",
            "NO_DOMAIN_BACKUP",
            "DEVICE_MISSING",
        ),
    ),
    (
        AlreadyExists,
        _codes("DOM_EXIST", "NETWORK_EXIST", "STORAGE_VOL_EXIST", "NETWORK_PORT_EXIST"),
    ),
    (WrongState, _codes("OPERATION_INVALID")),
    (AgentUnresponsive, _codes("AGENT_UNRESPONSIVE", "AGENT_UNSYNCED")),
    (Busy, _codes("OPERATION_TIMEOUT", "RESOURCE_BUSY", "BLOCK_COPY_ACTIVE")),
    (
        Unsupported,
        _codes("NO_SUPPORT", "OPERATION_UNSUPPORTED", "ARGUMENT_UNSUPPORTED", "CONFIG_UNSUPPORTED"),
    ),
    (
        AccessDenied,
        _codes(
            "ACCESS_DENIED", "OPERATION_DENIED", "AUTH_FAILED", "AUTH_CANCELLED", "AUTH_UNAVAILABLE"
        ),
    ),
    (
        InvalidDefinition,
        _codes("XML_ERROR", "XML_DETAIL", "XML_INVALID_SCHEMA", "INVALID_ARG", "INVALID_MAC"),
    ),
    (
        MigrationFailed,
        _codes("MIGRATE_UNSAFE", "MIGRATE_PERSIST_FAILED", "CPU_INCOMPATIBLE", "MIGRATE_FINISH_OK"),
    ),
    (OperationAborted, _codes("OPERATION_ABORTED")),
)


def is_transport_error(error: libvirt.libvirtError) -> bool:
    """Tell whether the connection itself is gone, rather than the request refused."""
    code = error.get_error_code()
    return code in _LOST_CODES or (
        code in _TRANSPORT_CODES and error.get_error_domain() in _TRANSPORT_DOMAINS
    )


def _kind(error: libvirt.libvirtError) -> type[VirtError]:
    code = error.get_error_code()
    for kind, codes in _BY_CODE:
        if code in codes:
            return kind
    if code == libvirt.VIR_ERR_SYSTEM_ERROR:
        return _kind_of_errno(error.get_int1())
    return VirtError


def _kind_of_errno(number: int | None) -> type[VirtError]:
    """Translate the errno that libvirt passes along with a system error."""
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return OutOfSpace
    if number in {errno.EACCES, errno.EPERM}:
        return AccessDenied
    return VirtError


def translate(error: libvirt.libvirtError) -> VirtError:
    """Return our error for libvirt's, by its code and domain only."""
    detail = error.get_error_message() or str(error)
    code, domain = error.get_error_code(), error.get_error_domain()
    if is_transport_error(error):
        return HostUnreachable(cause=Unreachable.LOST, detail=detail, code=code, domain=domain)
    return _kind(error)(detail=detail, code=code, domain=domain)


@contextmanager
def translated(message: str = "") -> Iterator[None]:
    """Turn every libvirtError of the block into a VirtError; ``message`` replaces the general
    sentence.
    """
    try:
        yield
    except libvirt.libvirtError as error:
        ours = translate(error)
        if message:
            ours.message = message
            ours.args = (message,)
        raise ours from error
