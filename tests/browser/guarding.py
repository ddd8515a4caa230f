"""Scenes of what security checks find."""

import random
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership, Team, User
from posture.models import Finding, ScoreDay
from posture.services import accept
from posture.tasks import settle
from tests.factories import GIB
from tests.posture.making import display, good_host, good_vm, lock
from vms.models import VM

WIDE = {"displays": [lock()]}


def guarded() -> dict[str, int]:
    """Make two teams and hosts with much and with little to find, and let a look be over."""
    ada, oli = User.objects.get(username="ada"), User.objects.get(username="oli")
    crew = Team.objects.create(name="Web crew", slug="web-crew")
    other = Team.objects.create(name="Data desk", slug="data-desk")
    Membership.objects.create(user=oli, team=crew, role="owner")
    good = good_host("juniper", libvirt_version="10.8.0")
    bare = good_host(
        "sorrel",
        host_key="",
        security={"models": ["none", "dac"], "user": "+0:+0"},
        findings={"plain": "open", "clock_ms": 900, "clock_within_ms": 2},
    )
    opened = good_vm(
        "web-prod-01", host=good, team=crew, owner=oli, graphics=[display()], fences=WIDE
    )
    for number in range(2, 18):
        good_vm(f"web-prod-{number:02}", host=good, team=crew, memory=GIB, firmware="uefi-secure")
    good_vm("gpu-01", host=bare, team=other, fences={"devices": ["pci 0000:3b:00.0"]})
    good_vm("legacy", host=bare, virt_type="qemu", fences={"arguments": 2})
    good_vm("unread", host=good, team=other)
    VM.objects.filter(name="unread").update(fences={})
    settle()
    finding = Finding.objects.get(check_key="host-devices", state="bad")
    until = timezone.localdate() + timedelta(days=60)
    accept(finding, ada, reason="The card is this machine's for good", until=until)
    _days()
    settle()
    return {"open": opened.pk, "good": good.pk, "bare": bare.pk}


def _days() -> None:
    """Let scores of past weeks have been kept."""
    dice, today = random.Random(7), timezone.localdate()
    for ago in range(40, 0, -1):
        if ago in {21, 22}:
            continue
        score = min(49, 30 + (40 - ago) // 3 + dice.randint(-2, 2))
        team = Team.objects.get(slug="web-crew")
        for scope, about in (("site", {}), (f"team-{team.pk}", {"team": team})):
            ScoreDay.objects.create(
                day=today - timedelta(days=ago), scope=scope, score=score, **about
            )


GUARDING: dict[str, Callable[..., object]] = {"guarded": guarded}
