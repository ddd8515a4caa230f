"""Where a snapshot is kept, what is cleared up among files, and how a tree is drawn. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from snapshots.drawing import parts
from snapshots.layers import Shelf, Step, next_step
from snapshots.models import Every, Snapshot, SnapshotSchedule
from snapshots.plans import MOST_MEMORY_INSIDE, Facts, plan
from snapshots.trees import tree_of
from virt.xml.snapshots import SnapshotSpec, build, moved, on_files, only_new, with_disks_of

QCOW2 = {"target": "vda", "format": "qcow2", "source": "/p/a.qcow2", "source_kind": "file"}
RAW = {"target": "vdb", "format": "raw", "source": "/p/b.img", "source_kind": "file"}
BLOCK = {"target": "vdc", "format": "raw", "source": "/dev/vg/c", "source_kind": "block"}
CD = {"target": "sda", "device": "cdrom", "readonly": True, "format": "raw"}


def facts(*disks: dict[str, Any], **fields: Any) -> Facts:
    usual: dict[str, Any] = {
        "firmware": "bios",
        "memory": 2**30,
        "is_on": True,
        "kinds": frozenset(),
    }
    return Facts(disks=disks, **usual | fields)


@pytest.mark.parametrize(
    ("known", "with_memory", "kind"),
    [
        (facts(QCOW2, CD), True, "internal"),
        (facts(QCOW2), False, "external"),
        (facts(QCOW2, is_on=False), False, "internal"),
        (facts(QCOW2, memory=MOST_MEMORY_INSIDE + 1), True, "external"),
        (facts(QCOW2, memory=2**40, kinds=frozenset({"internal"})), True, "internal"),
        (facts(QCOW2, firmware="uefi"), True, "external"),
        (facts(QCOW2, RAW), True, "external"),
        (facts(QCOW2, kinds=frozenset({"external"})), True, "external"),
    ],
)
def test_it_is_kept_where_it_is_safe(known: Facts, with_memory: bool, kind: str) -> None:
    way = plan(known, with_memory=with_memory)
    assert (way.kind, way.reason) == (kind, "")
    assert "sda" not in way.targets


@pytest.mark.parametrize(
    ("known", "with_memory", "words"),
    [
        (facts(CD), True, "no disk"),
        (facts(QCOW2, BLOCK), True, "vdc is not a file"),
        (facts(QCOW2, kinds=frozenset({"internal"})), False, "takes its memory too"),
        (facts(QCOW2, RAW, kinds=frozenset({"internal"})), True, "vdb cannot hold"),
        (facts(QCOW2, is_simulated=True), True, "simulated"),
    ],
)
def test_what_cannot_be_says_why(known: Facts, with_memory: bool, words: str) -> None:
    assert words in plan(known, with_memory=with_memory).reason


def shelf(below: dict[str, str], active: str, *states: str, own: str = "") -> Shelf:
    mine = dict.fromkeys(own or "".join(below), "vda")
    return Shelf(mine, below, {"vda": active}, frozenset(states))


def test_a_layer_that_nobody_needs_takes_the_one_above_into_itself() -> None:
    chain = {"a": "", "b": "a", "c": "b"}
    assert next_step(shelf(chain, "c", "a", "b")) is None
    assert next_step(shelf(chain, "c", "b")) == Step("vda", "a", "b")
    assert next_step(shelf(chain, "c", "a")) == Step("vda", "b", "c", is_active=True)
    assert next_step(shelf(chain, "c", "a"), with_merges=False) is None


def test_branches_and_what_belongs_to_others_are_left_alone() -> None:
    branched = {"a": "", "b": "a", "c": "a", "d": "c"}
    assert next_step(shelf(branched, "b", "c", "d")) is None
    assert next_step(shelf(branched, "b", "c")) == Step("vda", "d")
    base_of_others = {"a": "", "b": "a"}
    assert next_step(shelf(base_of_others, "b", own="b")) is None


def test_a_forged_loop_of_files_ends() -> None:
    assert next_step(shelf({"a": "b", "b": "a"}, "b", "a")) is None


def test_branches_get_lanes_of_their_own() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = {"made_at": start}
    first, second, branch, tip = (
        Snapshot(
            pk=pk,
            name=str(pk),
            parent_id=parent,
            created_at=start + timedelta(hours=pk),
            is_current=pk == 4,
            **made,
        )
        for pk, parent in ((1, None), (2, 1), (3, 2), (4, 2))
    )
    tree = tree_of([first, second, branch, tip])
    assert [node.snapshot.pk for node in tree.nodes] == [4, 3, 2, 1]
    assert [node.rail.lane for node in tree.nodes] == [0, 1, 0, 0]
    assert tree.nodes[2].rail.joins == (1,)
    assert tree.nodes[1].rail.through == (0,)
    assert (tree.lanes, tree.current) == (2, tip)


def test_the_bar_is_as_wide_as_the_files_are_big() -> None:
    found = parts([("a", 900, ""), ("b", 100, ""), ("c", None, "")])
    assert sum(part.width for part in found) == pytest.approx(100)
    assert found[0].width > found[1].width > found[2].width > 0


def test_missed_hours_are_made_up_for_once() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rule = SnapshotSchedule(every=Every.HOUR, keep=1, next_at=start)
    assert rule.after(start + timedelta(hours=5, minutes=1)) == start + timedelta(hours=6)


DISK = (
    "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
    "<source file='/p/a.img'/><target dev='vda'/></disk>"
)


def test_the_xml_names_every_file_and_format() -> None:
    text = build(SnapshotSpec("one & two", files={"vda": "/p/1.qcow2"}, others=("sda",)))
    assert "<name>one &amp; two</name>" in text
    assert '<disk name="sda" snapshot="no"/>' in text
    domain = f"<domain><devices>{DISK}</devices></domain>"
    assert 'type="qcow2"' in on_files(domain, {"vda": "/p/2.qcow2"})
    back = moved(domain.replace("raw", "qcow2"), "/p/a.img", "/p/base.img", "raw")
    assert 'file="/p/base.img"' in back
    assert 'type="raw"' in back
    both = with_disks_of(
        domain, f"<domain><devices>{DISK.replace('vda', 'vdb')}</devices></domain>"
    )
    assert both.count("<disk ") == 2


def test_only_what_would_come_new_is_left_for_the_policy() -> None:
    present = f"<domain><vcpu>1</vcpu><devices><emulator>/q</emulator>{DISK}</devices></domain>"
    wanted = (
        "<domain>\n  <vcpu>4</vcpu><devices> <emulator>/q</emulator>"
        f"{DISK}<hostdev mode='subsystem'/></devices></domain>"
    )
    left = only_new(wanted, present)
    assert "hostdev" in left
    assert "<vcpu>4" in left
    assert "emulator" not in left
    assert "<disk" not in left
