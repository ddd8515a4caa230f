"""One of everything that has an id in an address, for the red and for the blue team."""

import uuid
from collections import defaultdict
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.models import CustomRole, Grant, Invitation, Membership, Team, User
from accounts.services import create_token
from addresses.models import Address
from approvals.models import Request
from backups.models import Backup
from catalogue.models import Size
from consoles.models import ConsoleLink
from hosts.models import Network, StoragePool
from hosts.wishes import HostWish
from jobs.services import create_job
from maintenance.models import Deed, Plan, PlanKind
from migration.models import Migration
from migration.processors.models import ProcessorGroup
from notices.models import Delivery, Notice, Target, Webhook
from posture.models import Finding
from snapshots.models import Snapshot, SnapshotSchedule
from tests.recordings.making import ended
from transfers.models import Transfer
from vms.models import VM, PlacementGroup, SavedView

# kind of thing -> "red" or "blue" -> its id, or whatever else names it in an address
Ids = dict[str, dict[str, int | str]]

# Names of red things that nobody outside the red team may read anywhere.
WORDS = (
    "oleander-7",
    "granite-host",
    "Crimson crew",
    "tarn-network",
    "weir-webhook",
    "gong-target",
    "lee-view",
    "fell-group",
    "brook-token",
    "fen-comment",
    "marl-file",
    "heath@example.net",
    "10.77.0.9",
    "member-person",
    "gorse-snapshot",
    "tansy-evidence",
    "owner-person",
)


def furnish(red_vm: VM, blue_vm: VM, cast: dict[str, User]) -> Ids:
    """Give both teams and their people one of everything, and return what is where."""
    ids: Ids = defaultdict(dict)
    for whose, vm, person, manager in (
        ("red", red_vm, cast["person"], cast["owner"]),
        ("blue", blue_vm, cast["rival"], cast["rival"]),
    ):
        assert vm.team is not None
        made = _of_team(vm, vm.team, person, manager, is_red=whose == "red")
        made |= _of_person(person, is_red=whose == "red")
        for kind, key in made.items():
            ids[kind][whose] = key
    for kind, key in _of_site(red_vm, cast).items():
        ids[kind]["red"] = key
    return ids


def _of_team(
    vm: VM, team: Team, asks: User, manager: User, *, is_red: bool
) -> dict[str, int | str]:
    group = PlacementGroup.objects.create(name="fell-group" if is_red else "group", team=team)
    made: dict[str, int | str] = {
        "vm": vm.pk,
        "team": team.pk,
        "slug": team.slug,
        "host": vm.host_id,
        "placing": group.pk,
    }
    return (
        made
        | _people_of(vm, team, manager, is_red=is_red)
        | _network_of(vm, team, manager, is_red=is_red)
        | _messages_of(team, is_red=is_red)
        | _asked_of(vm, team, asks, is_red=is_red)
        | _kept_of(vm, team, is_red=is_red)
        | _seen_of(vm, team, manager, is_red=is_red)
    )


def _people_of(vm: VM, team: Team, manager: User, *, is_red: bool) -> dict[str, int | str]:
    mate = User.objects.create_user(f"{team.slug}-mate")
    Membership.objects.create(user=mate, team=team, role="viewer")
    guest = User.objects.create_user(f"guest-of-{team.slug}")
    Grant.objects.create(user=guest, kind="vm", object_id=vm.pk)
    service = User.objects.create_user(f"{team.slug}-robot", service_team=team)
    invitation = Invitation.objects.create(
        team=team,
        email="heath@example.net" if is_red else "x@example.net",
        key_hash=f"{team.slug:0<64}",
        invited_by=manager,
        expires_at=_tomorrow(),
    )
    return {
        "member": mate.pk,
        "grantee": guest.pk,
        "service": service.pk,
        "service_token": create_token(service, "robot", by=manager).row.pk,
        "invitation": invitation.pk,
    }


def _network_of(vm: VM, team: Team, manager: User, *, is_red: bool) -> dict[str, int | str]:
    network = Network.objects.create(
        host=vm.host,
        team=team,
        owner=manager,
        uuid=uuid.uuid4(),
        name="tarn-network" if is_red else "wire",
        mode="nat",
    )
    address = Address.objects.create(
        network=network,
        vm=vm,
        mac=vm.nics[0]["mac"],
        address="10.77.0.9" if is_red else "10.77.0.8",
        kept_since=timezone.now(),
    )
    return {"network": network.pk, "address": address.pk}


def _messages_of(team: Team, *, is_red: bool) -> dict[str, int | str]:
    hook = Webhook.objects.create(
        name="weir-webhook" if is_red else "hook",
        url="https://hook.example.net/",
        place="hook.example.net",
        secret="a-secret",
        team=team,
    )
    name = "gong-target" if is_red else "bell"
    return {
        "webhook": hook.pk,
        "delivery": Delivery.objects.create(webhook=hook, action="vm.start", body="{}").pk,
        "target": Target.objects.create(team=team, name=name, service="json", url="json://x.y").pk,
    }


def _asked_of(vm: VM, team: Team, asks: User, *, is_red: bool) -> dict[str, int | str]:
    request = Request.objects.create(
        kind="vm.delete",
        team=team,
        person=asks,
        params={"with_disks": False},
        comment="fen-comment" if is_red else "please",
        target_kind="vm",
        target_id=vm.pk,
        target_name=vm.name,
    )
    file = Transfer.objects.create(
        vm=vm, by=asks, is_sent=True, path="/tmp/marl-file" if is_red else "/x", name="f"
    )
    return {"request": request.pk, "file": file.pk}


def _kept_of(vm: VM, team: Team, *, is_red: bool) -> dict[str, int | str]:
    now = timezone.now()
    backup = Backup.objects.create(
        host=vm.host, vm=vm, vm_name=vm.name, owner=vm.owner, team=team, made_at=now
    )
    snapshot = Snapshot.objects.create(
        vm=vm, key="fen", name="gorse-snapshot" if is_red else "x", made_at=now
    )
    schedule = SnapshotSchedule.objects.create(vm=vm, every="day", keep=3, next_at=_tomorrow())
    return {
        "backup": backup.pk,
        "snapshot": snapshot.pk,
        "snapshot_schedule": schedule.pk,
        "recording": ended(vm).pk,
    }


def _seen_of(vm: VM, team: Team, manager: User, *, is_red: bool) -> dict[str, int | str]:
    finding = Finding.objects.create(
        check_key="no-copy",
        part="vm",
        subject=f"vm-{vm.pk}",
        vm=vm,
        state="bad",
        severity="low",
        evidence=["tansy-evidence" if is_red else "x"],
    )
    migration = Migration.objects.create(
        vm=vm,
        vm_uuid=vm.uuid,
        vm_name=vm.name,
        source=vm.host,
        source_name=vm.host.name,
        target_name="elsewhere",
    )
    link = ConsoleLink.objects.create(
        vm=vm, key_hash=f"{team.slug:1<64}", made_by=manager, expires_at=_tomorrow()
    )
    return {"finding": finding.pk, "migration": migration.pk, "link": link.pk}


def _tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def _of_person(person: User, *, is_red: bool) -> dict[str, int | str]:
    Notice.objects.create(user=person, kind="vm", subject="oleander-7 went" if is_red else "x")
    token = create_token(person, "brook-token" if is_red else "token").row
    view = SavedView.objects.create(user=person, name="lee-view" if is_red else "view", query="q=x")
    session = UserSession.objects.create(
        user=person, ip="192.0.2.1", session_key=f"{person.username:0<32}"[:32], user_agent="x"
    )
    return {"token": token.pk, "view": view.pk, "session": session.pk}


def _of_site(vm: VM, cast: dict[str, User]) -> dict[str, int | str]:
    pool = StoragePool.objects.create(host=vm.host, uuid=uuid.uuid4(), name="lake", kind="dir")
    network = Network.objects.create(host=vm.host, uuid=uuid.uuid4(), name="default", mode="nat")
    trial = create_job(
        "host.test",
        target_kind="host",
        target_id=None,
        target_name="lake",
        actor=cast["admin"],
        params=HostWish("lake", "local").as_params(),
    )
    size = Size.objects.all()[0]
    hermit = User.objects.create_user("hermit")  # whose passkey nobody else changes
    key = Authenticator.objects.create(
        user=hermit, type=Authenticator.Type.WEBAUTHN, data={"name": "key"}
    )
    plan = Plan.objects.create(kind=PlanKind.DRAIN, host=vm.host, state="partly")
    step = plan.steps.create(vm=vm, vm_name=vm.name, deed=Deed.MIGRATE, state="failed")
    return {
        "plan": plan.pk,
        "step": step.pk,
        "pool": pool.pk,
        "offered": network.pk,
        "trial": trial.pk,
        "processors": ProcessorGroup.objects.get_or_create(name="racks")[0].pk,
        "size": size.pk,
        "size_slug": size.slug,
        "role": CustomRole.objects.all()[0].pk,
        "user": cast["stranger"].pk,
        "user_token": create_token(cast["stranger"], "lone").row.pk,
        "passkey": key.pk,
    }
