"""What is found of hosts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from hosts.models import Host
from migration.models import Migration
from tests.factories import make_host
from tests.posture.making import bad, good_host, of_host, unknown

pytestmark = pytest.mark.django_db
IDE = "An IDE or SATA disk may lose its first sector when it is reset while busy"


def test_a_good_host_has_nothing_to_say() -> None:
    host = good_host(libvirt_version="10.8.0")
    assert bad(of_host(host)) == {}
    assert unknown(of_host(host)) == set()
    assert of_host(make_host(transport="test")) == {}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"transport": "tcp"}, {"host-plain": ("h.example.net:16509",)}),
        ({"host_key": ""}, {"host-key": ("h.example.net",)}),
        (
            {"findings": {"plain": "open", "clock_ms": 0}},
            {"host-second-door": ("h.example.net:16509",)},
        ),
        (
            {"findings": {"plain": "asks", "clock_ms": 0}},
            {"host-plain-door": ("h.example.net:16509",)},
        ),
        (
            {"findings": {"plain": "closed", "clock_ms": -90_000, "clock_within_ms": 5}},
            {"host-clock": ("89995 ms",)},
        ),
        (
            {"security": {"models": ["none", "dac"], "user": "+0:+0"}},
            {"host-unconfined": ("none, dac",), "host-root": ("+0:+0",)},
        ),
        (
            {"hypervisor": "QEMU", "hypervisor_version": "8.1.1"},
            {"host-faults": (IDE,)},
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    fields: dict[str, Any], expected: dict[str, tuple[str, ...]]
) -> None:
    assert bad(of_host(good_host(hostname="h.example.net", **fields))) == expected


def test_what_a_host_has_not_told_is_not_known() -> None:
    found = of_host(make_host(libvirt_version=""))
    assert bad(found) == {"host-key": found["host-key"].evidence}
    assert unknown(found) == {
        *("host-second-door", "host-plain-door", "host-unconfined", "host-root"),
        *("host-faults", "host-clock"),
    }


def test_certificates_that_end_soon_are_found() -> None:
    end = (timezone.now() + timedelta(days=9)).isoformat()
    host = good_host(transport="tls", findings={"plain": "closed", "certificate_ends": end})
    assert bad(of_host(host)) == {"host-certificate": (end[:10],)}


def test_memory_that_went_in_the_clear_is_told_of_both_hosts() -> None:
    here, there = good_host(), good_host()

    def moved(name: str, **options: Any) -> None:
        Migration.objects.create(
            vm_uuid=uuid4(), vm_name=name, source=here, target=there, options=options,
            source_name=here.name, target_name=there.name, started_at=timezone.now(), bytes=5,
        )  # fmt: skip

    moved("safe", tls=True)
    moved("in-libvirt", tunnelled=True)
    moved("off", live=False)
    assert bad(of_host(here)) == bad(of_host(there)) == {}
    moved("plain")
    assert bad(of_host(here)) == bad(of_host(there)) == {"host-moves-plain": ("plain",)}
    Migration.objects.update(started_at=timezone.now() - timedelta(days=91))
    assert bad(of_host(Host.objects.get(pk=here.pk))) == {}
