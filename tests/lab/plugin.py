"""Fixtures for tests on real libvirt hosts. Usable from every test folder."""

import itertools
from collections.abc import Iterator

import pytest

from tests.lab.guest import Guest
from tests.lab.laboratory import Lab

_count = itertools.count(1)


@pytest.fixture(scope="session")
def lab_session() -> Iterator[Lab]:
    """Give two libvirt hosts, made when the first test asks, shared by the whole run."""
    with Lab(2) as lab:
        yield lab


@pytest.fixture
def lab(lab_session: Lab) -> Iterator[Lab]:
    """Give the shared hosts `hv1` and `hv2`; after the test faults are undone, guests removed."""
    yield lab_session
    for host in lab_session.hosts:
        host.heal()


@pytest.fixture
def lab_guest(lab: Lab) -> Guest:
    """Give a small guest on hv1 that runs and ticks each second."""
    guest = lab.guest(lab["hv1"], f"tick{next(_count)}")
    guest.wait_ticking()
    return guest
