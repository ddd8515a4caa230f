"""Does the one host reach the other, and do their clocks agree? Tried, not assumed."""

from collections.abc import Iterator

from .case import Case
from .findings import Finding, blocker, passed, unknown, warning

SKEW = 0.5  # seconds; more makes guests see a jump
MUCH = 30.0


def check(case: Case) -> Iterator[Finding]:
    """Yield what the trial from host to host says."""
    if not case.is_read:
        return
    yield from _link(case)
    yield from _clock(case)


def _link(case: Case) -> Iterator[Finding]:
    link = case.link
    if link is None:
        yield blocker("link-unnamed")
        return
    if link.works:
        yield passed("link", way=case.link_transport)
        if case.is_live and not case.options.tunnelled:
            yield unknown("ports")
        is_plain = not case.options.tls and not (
            case.options.tunnelled and case.link_transport != "TCP"
        )
        if is_plain and case.is_live:
            yield warning("link-plain")
        return
    if link.is_timeout:
        yield blocker("link-timeout", detail=link.detail)
    elif case.is_port_open is False:
        yield blocker("link-closed", detail=link.detail)
    else:
        yield blocker("link-refused", way=case.link_transport, detail=link.detail)


def _clock(case: Case) -> Iterator[Finding]:
    if case.skew is None:
        yield unknown("clock-unknown")
    elif abs(case.skew) > SKEW:
        seconds = round(abs(case.skew), 1)
        yield warning("clock-ahead" if case.skew > 0 else "clock-behind", seconds=seconds)
    else:
        yield passed("clock")
