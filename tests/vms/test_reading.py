"""From libvirt's words to a row's columns."""

from typing import Any

import pytest

from virt.facts.domain import DiskInfo, DomainInfo, DomainState, NicInfo
from virt.facts.guest import AddressInfo
from vms.models import VM
from vms.sync.reading import columns_of, state_of
from vms.sync.where import address_columns

UUID = "5f0c6a52-6f0d-4dd4-8a3a-2f7e2a6d3f11"


def info(state: str = "running", reason: str = "", **fields: Any) -> DomainInfo:
    """Describe a guest."""
    fields.setdefault("id", 3 if DomainState(state).is_active else None)
    return DomainInfo(UUID, "web01", state=DomainState(state), state_reason=reason, **fields)


@pytest.mark.parametrize(
    ("state", "reason", "shown"),
    [
        ("running", "booted", ("running", "booted")),
        ("paused", "by-user", ("paused", "by-user")),
        ("paused", "io-error", ("blocked", "io-error")),
        ("paused", "watchdog", ("blocked", "watchdog")),
        ("paused", "crashed", ("crashed", "panicked")),
        ("blocked", "", ("running", "")),
        ("off", "failed", ("crashed", "failed")),
        ("off", "destroyed", ("off", "destroyed")),
        ("saved", "saved", ("saved", "saved")),
        ("asleep", "", ("asleep", "")),
    ],
)
def test_states_are_named_as_people_know_them(
    state: str, reason: str, shown: tuple[str, str]
) -> None:
    assert state_of(info(state, reason)) == shown


def test_silent_guest_is_blocked_until_it_is_off() -> None:
    assert state_of(info(), is_unresponsive=True) == ("blocked", "not-responding")
    assert state_of(info("off"), is_unresponsive=True)[0] == "off"
    row = VM(is_unresponsive=True)
    assert columns_of(info("off"), row)["is_unresponsive"] is False


def test_sizes_that_were_not_read_are_kept() -> None:
    known = columns_of(info(disks=(DiskInfo("vda", source="/p/a", capacity=10, allocation=4),)))
    row = VM(disks=known["disks"])
    again = columns_of(info(disks=(DiskInfo("vda", source="/p/a"),)), row)
    assert again["disks"] == known["disks"]
    other = columns_of(info(disks=(DiskInfo("vda", source="/p/b"),)), row)
    assert other["disks"][0]["capacity"] is None


def test_long_names_from_a_host_fit_the_columns() -> None:
    columns = columns_of(info(os_id="x" * 500, nics=(NicInfo("52:54:00:00:00:01"),)))
    assert len(columns["os_id"]) == 120
    assert columns["nics"][0]["mac"] == "52:54:00:00:00:01"


def test_the_agents_address_is_shown_before_a_lease() -> None:
    columns = address_columns(
        [
            AddressInfo("52:54:00:00:00:01", "10.0.0.9", source="lease"),
            AddressInfo("52:54:00:00:00:01", "fe80::1", "ipv6", "agent"),
            AddressInfo("52:54:00:00:00:01", "2001:db8::7", "ipv6", "agent"),
            AddressInfo("52:54:00:00:00:01", "10.0.0.7", source="agent"),
            AddressInfo("", "127.0.0.1", source="agent"),
        ]
    )
    assert columns["address"] == "10.0.0.7"
    assert [item["address"] for item in columns["addresses"]] == [
        "10.0.0.7",
        "2001:db8::7",
        "10.0.0.9",
    ]


def test_hostile_agent_is_cut_short() -> None:
    flood = [
        AddressInfo("<script>" * 99, f"10.{n // 250}.{n % 250}.1", source="agent")
        for n in range(10_000)
    ]
    bad = [AddressInfo("", text, source="agent") for text in ("<b>1</b>", "1.2.3.4.5", "", "x" * 9)]
    columns = address_columns([*bad, *flood])
    assert len(columns["addresses"]) == 32
    assert all(len(item["mac"]) <= 17 for item in columns["addresses"])
    assert address_columns(bad) == {"address": "", "addresses": []}
