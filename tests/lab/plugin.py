"""Fixtures for tests on real libvirt hosts. Usable from every test folder."""

import itertools
from collections.abc import Iterator

import pytest

from tests.lab.guest import Guest
from tests.lab.laboratory import Lab
from tests.lab.mold import Mold

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


@pytest.fixture(scope="session")
def mold(lab_session: Lab) -> Mold:
    """Give a guest of hv1 that has booted once."""
    return Mold(lab_session["hv1"])


@pytest.fixture
def lab_guest(lab: Lab, mold: Mold) -> Guest:
    """Give a small guest on hv1 that runs and ticks each second."""
    guest = mold.cast(f"tick{next(_count)}")
    guest.wait_ticking()
    return guest
