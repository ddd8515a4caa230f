"""Two teams with one of everything, everybody who may come near, and what each may do."""

from dataclasses import dataclass, field

from accounts.models import (
    CustomRole,
    Grant,
    Membership,
    Role,
    RoleCapability,
    SiteRole,
    Team,
    User,
)
from jobs.models import Job
from jobs.services import create_job
from tests.factories import make_host, make_vm
from tests.site.belongings import Ids, furnish
from vms.models import VM

SEE = {"vm.view", "team.view"}
USE = SEE | {"vm.operate", "vm.console", "vm.backup", "vm.snapshot"}
BUILD = USE | {"vm.create", "vm.edit"}
SHARE = {"vm.take", "vm.share_console", "vm.record", "vm.recordings", "vm.grant", "vm.files"}
OWN_MACHINE = USE | SHARE | {"vm.edit", "vm.delete"}
RUN_TEAM = BUILD | SHARE | {"vm.delete", "network.create", "team.manage", "request.decide"}
LOOK_AT_ALL = {"vm.view", "vm.recordings", "team.view", "host.view", "job.view", "audit.view"}

# What each of the cast may do with the red team and its machine, written out once more here:
# the declared matrix with which every route is compared.
MATRIX: dict[str, set[str]] = {
    "visitor": set(),
    "stranger": set(),
    "viewer": SEE,
    "operator": USE,
    "member": BUILD,
    "person": OWN_MACHINE | {"vm.create"},
    "owner": RUN_TEAM,
    "console": SEE | {"vm.console"},
    "guest": USE - {"team.view"},
    "auditor": LOOK_AT_ALL,
    "rival": set(),
}
# What needs no object: anybody who is signed in may ask, and finds nothing that is not theirs.
ASKED_BY_ALL = {"signed_in", "job.view"}
SITE_ONLY = {
    "host.view",
    "host.manage",
    "audit.view",
    "user.manage",
    "quota.manage",
    "catalogue.manage",
    "site.manage",
}


@dataclass
class World:
    """The red team with one of everything, the blue one with another, and the cast."""

    red: Team
    blue: Team
    red_vm: VM
    blue_vm: VM
    red_job: Job
    cast: dict[str, User] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)


def make_world() -> World:
    """Make both teams with all of their people and things."""
    red = Team.objects.create(name="Crimson crew", slug="crimson")
    blue = Team.objects.create(name="Azure crew", slug="azure")
    console = CustomRole.objects.create(slug="console-only", name="Console only")
    for capability in ("vm.view", "team.view", "vm.console"):
        RoleCapability.objects.create(role=console, capability=capability)
    cast = {name: _person(name) for name in MATRIX if name != "visitor"}
    roles = {
        "viewer": Role.VIEWER,
        "operator": Role.OPERATOR,
        "member": Role.MEMBER,
        "person": Role.MEMBER,
        "owner": Role.OWNER,
        "console": console.slug,
    }
    for name, role in roles.items():
        Membership.objects.create(user=cast[name], team=red, role=role)
    Membership.objects.create(user=cast["rival"], team=blue, role=Role.OWNER)
    cast["auditor"].site_role = SiteRole.AUDITOR
    cast["auditor"].save()
    host = make_host("granite-host")
    red_vm = make_vm("oleander-7", host=host, owner=cast["person"], team=red, description="red")
    blue_vm = make_vm("hemlock-3", host=host, owner=cast["rival"], team=blue)
    Grant.objects.create(user=cast["guest"], kind="vm", object_id=red_vm.pk, role=Role.OPERATOR)
    job = create_job(
        "vm.reboot",
        target_kind="vm",
        target_id=red_vm.pk,
        target_name=red_vm.name,
        host_id=host.pk,
        actor=cast["person"],
        audiences=red_vm.audiences,
    )
    cast["admin"] = User.objects.create_superuser("root-admin", password="an-old-lighthouse-7")
    ids = furnish(red_vm, blue_vm, cast)
    ids["job"]["red"] = job.pk
    return World(red, blue, red_vm, blue_vm, job, cast, ids)


def _person(name: str) -> User:
    return User.objects.create_user(f"{name}-person", password="an-old-lighthouse-7")
