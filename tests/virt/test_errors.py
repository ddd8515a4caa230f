"""Do libvirt's codes become the right words?"""

import errno

import libvirt
import pytest

from virt import errors
from virt.errors import VirtError, translate, translated


def libvirt_error(code: int, domain: int = 10, number: int = 0) -> libvirt.libvirtError:
    """Return an error as libvirt raises it."""
    error = libvirt.libvirtError("test")
    error.err = (code, domain, "libvirt's own words", 2, "", None, None, number, -1)
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (libvirt.VIR_ERR_NO_DOMAIN, errors.NotFound),
        (libvirt.VIR_ERR_NO_STORAGE_VOL, errors.NotFound),
        (libvirt.VIR_ERR_OPERATION_INVALID, errors.WrongState),
        (libvirt.VIR_ERR_OPERATION_TIMEOUT, errors.Busy),
        (libvirt.VIR_ERR_AGENT_UNRESPONSIVE, errors.AgentUnresponsive),
        (libvirt.VIR_ERR_NO_SUPPORT, errors.Unsupported),
        (libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED, errors.Unsupported),
        (libvirt.VIR_ERR_OPERATION_UNSUPPORTED, errors.Unsupported),
        (libvirt.VIR_ERR_ACCESS_DENIED, errors.AccessDenied),
        (libvirt.VIR_ERR_AUTH_FAILED, errors.AccessDenied),
        (libvirt.VIR_ERR_XML_ERROR, errors.InvalidDefinition),
        (libvirt.VIR_ERR_MIGRATE_UNSAFE, errors.MigrationFailed),
        (libvirt.VIR_ERR_STORAGE_VOL_EXIST, errors.AlreadyExists),
        (libvirt.VIR_ERR_OPERATION_ABORTED, errors.OperationAborted),
        (libvirt.VIR_ERR_NO_CONNECT, errors.HostUnreachable),
        (libvirt.VIR_ERR_INVALID_CONN, errors.HostUnreachable),
        (libvirt.VIR_ERR_OPERATION_FAILED, VirtError),
        (999_999, VirtError),
    ],
)
def test_codes_are_translated(code: int, kind: type[VirtError]) -> None:
    assert type(translate(libvirt_error(code))) is kind


@pytest.mark.parametrize("code", [libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_ERR_SYSTEM_ERROR])
@pytest.mark.parametrize("domain", [libvirt.VIR_FROM_RPC, libvirt.VIR_FROM_REMOTE])
def test_general_codes_from_the_transport_mean_that_the_host_is_gone(
    code: int, domain: int
) -> None:
    assert isinstance(translate(libvirt_error(code, domain)), errors.HostUnreachable)
    assert not isinstance(
        translate(libvirt_error(code, libvirt.VIR_FROM_QEMU)), errors.HostUnreachable
    )


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.OutOfSpace),
        (errno.EDQUOT, errors.OutOfSpace),
        (errno.EACCES, errors.AccessDenied),
        (errno.EIO, VirtError),
    ],
)
def test_system_errors_are_told_apart_by_errno(number: int, kind: type[VirtError]) -> None:
    error = libvirt_error(libvirt.VIR_ERR_SYSTEM_ERROR, libvirt.VIR_FROM_STORAGE, number)
    assert type(translate(error)) is kind


def test_libvirts_words_are_details_only() -> None:
    with pytest.raises(errors.NotFound) as caught, translated():
        raise libvirt_error(libvirt.VIR_ERR_NO_DOMAIN)
    assert caught.value.detail == "libvirt's own words"
    assert "libvirt" not in str(caught.value)
    assert caught.value.code == libvirt.VIR_ERR_NO_DOMAIN
