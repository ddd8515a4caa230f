"""How do rows, open pages and people hear of what a screen shows?"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.access import Capability, allows
from accounts.models import User
from hosts.models import Host
from jobs import audit
from jobs.notices import notify
from live.looking import parts_of
from live.publish import Change, announce_many
from screens.health import FAILED, LOOKS, Health
from screens.models import Screen, Source
from vms.models import VM

KIND = "screen"
NOTICE = "screen-failed"
HOLDS = timedelta(minutes=10)
QUIET = frozenset({Health.LOGIN, Health.SHELL, Health.DESKTOP, Health.BLANK})
TELL_AGAIN = timedelta(minutes=30)  # the same machine that fails again sooner is not news


class Sight(Protocol):
    """What was seen of one machine."""

    @property
    def name(self) -> str:
        """Whose screen it is, and which of them, as `live.looking` says it."""

    @property
    def version(self) -> str:
        """The new picture's name, or "" for the same picture."""

    @property
    def health(self) -> str:
        """What it shows."""

    @property
    def is_watched(self) -> bool:
        """Whether a page shows it."""


def tell(host: Host, seen: Sequence[Sight]) -> None:
    """Write what machines show where that changed, and announce it and new pictures.

    A machine shows what its first screen does; further ones are pictures only.
    """
    by_name = {one.name: one for one in seen}
    uuids = {parts_of(name)[0] for name in by_name}
    machines = VM.objects.filter(host=host, uuid__in=uuids).select_related("screen")
    changes: list[Change] = []
    with transaction.atomic():
        for vm in machines:
            screen: Screen | None = getattr(vm, "screen", None)
            one = by_name.get(str(vm.uuid))
            if one is None:
                changes.append(_change(vm, screen, ""))
                continue
            health = settled(screen, one.health)
            is_other = health != (screen.health if screen else "")
            if is_other:
                screen = _write(vm, screen, health, Source.SCREEN)
            if is_other or (one.version and one.is_watched):
                changes.append(_change(vm, screen, one.version))
        announce_many(changes)


def _change(vm: VM, screen: Screen | None, version: str) -> Change:
    facts = {**facts_of(screen), **({"v": version} if version else {})}
    rev = time.time_ns() // 1_000_000
    return Change(kind=KIND, id=vm.pk, rev=rev, facts=facts, audiences=vm.audiences)


def facts_of(screen: Screen | None) -> dict[str, str]:
    """Return what pages are told of a screen: keys and times, never words."""
    if screen is None or not screen.shown:
        return {"health": "", "since": "", "source": ""}
    since = screen.since.isoformat(timespec="seconds")
    return {"health": screen.shown, "since": since, "source": screen.source}


def settled(screen: Screen | None, seen: str) -> str:
    """Return what holds when a picture shows `seen` and a text console may have said other things.

    A doubtful picture contradicts nothing. A failure that the text console told stands for a while
    against a picture that has nothing to do with it: an old prompt, or nothing at all.
    """
    if screen is None or screen.source != Source.SERIAL or screen.is_hearsay:
        return seen
    is_recent = screen.heard_at is not None and timezone.now() - screen.heard_at < HOLDS
    is_quiet = seen in QUIET and screen.health in FAILED and is_recent
    return screen.health if not seen or is_quiet else seen


def tell_heard(vm_id: int, health: str) -> None:
    """Write what a machine says on its text console, and announce it.

    Nothing said ends only what the text console itself had told.
    """
    with transaction.atomic():
        vm = VM.objects.select_related("screen", "host").filter(pk=vm_id).first()
        if vm is None:
            return
        screen: Screen | None = getattr(vm, "screen", None)
        is_ours = screen is not None and screen.source == Source.SERIAL
        if not health and not is_ours:
            return
        is_sure = screen is not None and screen.shown and not is_ours
        if is_sure and health not in FAILED:
            return  # the picture says more
        if screen is None or screen.health != health or not is_ours:
            screen = _write(vm, screen, health, Source.SERIAL)
            announce_many([_change(vm, screen, "")])
        Screen.objects.filter(pk=vm.pk).update(heard_at=timezone.now())


def _write(vm: VM, screen: Screen | None, health: str, source: Source) -> Screen:
    now = timezone.now()
    screen = screen or Screen(vm=vm)
    was_failed = screen.health in FAILED
    screen.health, screen.since, screen.source = health, now, source
    screen.heard_at = now if source == Source.SERIAL else None
    if health in FAILED and not was_failed and _is_news(screen, now):
        screen.told_at = now
        _tell_people(vm, health)
    screen.save()
    return screen


def _is_news(screen: Screen, now: datetime) -> bool:
    return screen.told_at is None or now - screen.told_at > TELL_AGAIN


def _tell_people(vm: VM, health: str) -> None:
    """Tell the machine's person, and by the record also the webhooks that listen."""
    with override("en"):
        word = str(LOOKS[health].word)
    audit.record(None, "vm.screen_failed", **vm.about, detail={"shows": word})
    person = User.objects.filter(pk=vm.owner_id or 0).first()
    if person is not None and allows(person, Capability.VM_VIEW, vm):
        notify(
            users=[person],
            subject=_("%(name)s shows: %(what)s") % {"name": vm.name, "what": LOOKS[health].word},
            text=_("Look at its console. It may need a restart, or help with what it cannot find."),
            url=reverse("vms:detail", args=[vm.pk]),
            kind=NOTICE,
        )
