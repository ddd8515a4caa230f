"""Connections are lent to one borrower at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import Lab
from virt import pool
from virt.uri import HostAddress, Transport

NODE = """<node>
  <domain type="test"><name>a</name><memory>1024</memory><os><type>hvm</type></os></domain>
</node>"""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Leave no connection behind."""
    yield
    pool.close_all()


def test_simulated_host_has_one_connection_for_all(tmp_path: Path) -> None:
    path = tmp_path / "node.xml"
    path.write_text(NODE)
    addr = HostAddress(Transport.TEST, test_path=str(path))
    with pool.pooled(addr, "ops") as one, pool.pooled(addr, "poll") as other:
        assert one is other


@pytest.mark.lab
def test_two_borrowers_have_a_connection_each(lab: Lab) -> None:
    addr = lab["hv1"].address("local")
    with pool.pooled(addr) as one, pool.pooled(addr) as other:
        assert one is not other
    with pool.pooled(addr) as again:
        assert again in (one, other)


@pytest.mark.lab
def test_many_borrowers_leave_a_few_connections(lab: Lab) -> None:
    keeper = pool.ConnectionPool(most=1)
    addr = lab["hv1"].address("local")
    with keeper.lend(addr) as one, keeper.lend(addr) as two, keeper.lend(addr) as three:
        assert len({id(one), id(two), id(three)}) == 3
    (slot,) = keeper._slots.values()
    assert len(slot.open) == 1
    keeper.close_all()
