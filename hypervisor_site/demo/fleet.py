"""Describe the simulated fleet: which hosts, which machines, whose. The same on each start."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

GIB: Final = 2**30
NAMESPACE: Final = uuid.UUID("6d0f1a52-6f0b-4c40-9a45-64656d6f0000")
HOSTS: Final = (
    ("alder", 118),
    ("birch", 126),
    ("cedar", 97),
    ("elm", 84),
    ("fir", 91),
    ("hazel", 62),
    ("juniper", 142),
    ("larch", 8),
    ("maple", 103),
    ("oak", 93),
    ("rowan", 79),
    ("willow", 21),
)
PEOPLE: Final = (
    ("mina", "Mina Park"),
    ("oli", "Oli Brandt"),
    ("priya", "Priya Nair"),
    ("sam", "Sam Okafor"),
    ("tom", "Tom Ash"),
    ("vera", "Vera Lind"),
)
# What people run: name, tags, vCPU, memory in GiB, how often.
WORK: Final = (
    ("api-gateway", ("prod", "nginx"), 2, 8, 6),
    ("build-runner", ("ci",), 4, 16, 14),
    ("cs101-lab", ("lab",), 1, 4, 40),
    ("db-prod", ("prod", "postgres"), 8, 64, 4),
    ("db-replica", ("postgres",), 8, 32, 4),
    ("edge-fw", ("network",), 1, 2, 6),
    ("git-mirror", (), 2, 4, 3),
    ("jupyter", ("gpu",), 8, 96, 6),
    ("k8s-node", ("k8s", "prod"), 8, 32, 24),
    ("kiosk", ("demo",), 1, 2, 8),
    ("mqtt-broker", ("edge",), 1, 1, 6),
    ("robot-sim", ("desktop", "ros"), 4, 16, 10),
    ("sensor-gw", ("edge",), 1, 1, 10),
    ("sim-cluster", ("lab", "ros"), 4, 8, 12),
    ("web", ("prod", "nginx"), 2, 8, 12),
    ("wiki", (), 2, 4, 3),
    ("win-build", ("ci", "windows"), 4, 16, 6),
)
# (state, runstate of the test driver, has a managed save, how often)
STATES: Final = (
    ("running", 1, False, 880),
    ("off", 5, False, 95),
    ("saved", 5, True, 14),
    ("paused", 3, False, 9),
    ("crashed", 6, False, 2),
)


@dataclass(frozen=True, slots=True)
class DemoMachine:
    """One simulated machine; memory in bytes."""

    uuid: uuid.UUID
    name: str
    tags: tuple[str, ...]
    vcpus: int
    memory: int
    owner: str
    run_state: int
    has_managed_save: bool
    mac: str
    address: str


@dataclass(frozen=True, slots=True)
class DemoHost:
    """One simulated host; memory in bytes."""

    name: str
    uuid: uuid.UUID
    threads: int
    memory: int
    machines: tuple[DemoMachine, ...] = field(repr=False)


def fleet() -> Iterator[DemoHost]:
    """Yield twelve hosts with a little over a thousand machines."""
    rng = random.Random(7)
    numbers: dict[str, int] = {}
    for name, count in HOSTS:
        machines = tuple(_machine(rng, numbers) for _number in range(count))
        yield DemoHost(
            name=name,
            uuid=uuid.uuid5(NAMESPACE, name),
            threads=rng.choice((32, 64, 96)),
            memory=rng.choice((512, 768, 1024)) * GIB * 2,
            machines=machines,
        )


def _machine(rng: random.Random, numbers: dict[str, int]) -> DemoMachine:
    work, tags, vcpus, memory, _often = rng.choices(WORK, [w[4] for w in WORK])[0]
    numbers[work] = numbers.get(work, 0) + 1
    name = f"{work}-{numbers[work]:02}"
    _state, run_state, saved, _often = rng.choices(STATES, [s[3] for s in STATES])[0]
    mac = "52:54:00:" + ":".join(f"{rng.randrange(256):02x}" for _byte in range(3))
    return DemoMachine(
        uuid=uuid.uuid5(NAMESPACE, name),
        name=name,
        tags=tags,
        vcpus=vcpus,
        memory=memory * GIB,
        owner=rng.choice(PEOPLE)[0],
        run_state=run_state,
        has_managed_save=saved,
        mac=mac,
        address=f"10.20.{4 + rng.randrange(4)}.{rng.randrange(2, 255)}" if run_state == 1 else "",
    )
