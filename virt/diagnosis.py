"""What works and what does not on the way to a host: the steps of "test before saving", in under
five seconds.
"""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from virt.bounded import run_within
from virt.connection import connect
from virt.errors import AccessDenied, HostUnreachable, OperationTimeout, Unreachable, VirtError
from virt.reach import cause_of, check_reachable
from virt.types import Offer
from virt.uri import HostAddress, Transport, build_uri

BUDGET_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Hold the outcome of one step. ``ok`` None is "not tried" or "only a warning".

    ``key`` is address, name, port, socket, libvirt, hypervisor, acceleration or encryption.
    ``title_code`` is ``key.outcome`` and picks the sentence to show: the outcome is ok, skipped,
    invalid, denied, none, other, other-kind, or an ``Unreachable`` cause. ``value`` is a short
    fact; ``detail`` is for admins.
    """

    key: str
    ok: bool | None
    title_code: str
    value: str = ""
    detail: str = ""


def _passed(key: str, value: str = "") -> CheckResult:
    return CheckResult(key, True, f"{key}.ok", value)


def _failed(key: str, outcome: str, value: str = "", detail: str = "") -> CheckResult:
    return CheckResult(key, False, f"{key}.{outcome}", value, detail)


def _warning(key: str, outcome: str, value: str = "") -> CheckResult:
    return CheckResult(key, None, f"{key}.{outcome}", value)


Step = tuple[str, Callable[[float], str]]


def diagnose(addr: HostAddress, budget: float = BUDGET_SECONDS) -> list[CheckResult]:
    """Try the way to a host step by step; after the first failure the other steps are "not tried".

    Never raises.
    """
    deadline = time.monotonic() + budget
    results: list[CheckResult] = []
    has_failed = False
    for key, attempt in _steps(addr):
        if has_failed:
            results.append(_warning(key, "skipped"))
            continue
        result = _try(key, attempt, max(0.5, deadline - time.monotonic()))
        has_failed = result.ok is False
        results.append(result)
    if has_failed:
        return [*results, _warning("libvirt", "skipped")]
    return [*results, *_ask_libvirt(addr, max(0.5, deadline - time.monotonic()))]


def _try(key: str, attempt: Callable[[float], str], timeout: float) -> CheckResult:
    try:
        return _passed(key, attempt(timeout))
    except ValueError as error:
        return _failed(key, "invalid", detail=str(error))
    except HostUnreachable as error:
        return _failed(key, error.cause, detail=error.detail)
    except AccessDenied as error:
        return _failed(key, "denied", detail=error.detail)
    except OperationTimeout as error:
        return _failed(key, Unreachable.TIMEOUT, detail=error.detail)
    except VirtError as error:
        return _failed(key, "other", detail=error.detail)


def _steps(addr: HostAddress) -> Iterator[Step]:
    """Yield the steps before libvirt that this transport has."""

    def address(_timeout: float) -> str:
        build_uri(addr)
        return addr.hostname

    def name(_timeout: float) -> str:
        return resolve(addr.hostname)

    def port(timeout: float) -> str:
        check_reachable(addr, min(3.0, timeout))
        return str(addr.effective_port or "")

    yield "address", address
    if addr.transport.is_network:
        yield "name", name
        yield "port", port
    elif addr.transport is not Transport.TEST:
        yield "socket", port


def resolve(hostname: str) -> str:
    """Return the first address of a host name, or raise HostUnreachable."""
    try:
        return str(socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError as error:
        raise HostUnreachable(cause=cause_of(error), detail=str(error)) from error


def _ask_libvirt(addr: HostAddress, timeout: float) -> Iterator[CheckResult]:
    found: list[Offer] = []

    def libvirt(seconds: float) -> str:
        with connect(addr, timeout=seconds) as hypervisor:
            found.append(run_within(seconds, hypervisor.offer))
        return found[0].libvirt_version

    yield _try("libvirt", libvirt, timeout)
    for offer in found:
        yield _hypervisor(offer)
        if "kvm" in offer.domain_types:
            yield _passed("acceleration", "kvm")
        else:
            yield _warning("acceleration", "none", ", ".join(offer.domain_types))
        if addr.transport is Transport.TCP:
            yield _warning("encryption", "none")


def _hypervisor(offer: Offer) -> CheckResult:
    value = f"{offer.hypervisor} {offer.hypervisor_version}"
    if offer.hypervisor in {"QEMU", "TEST"}:
        return _passed("hypervisor", value)
    return _failed("hypervisor", "other-kind", value)
