"""What there is to be allowed, and which role allows what: the one table behind every decision."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .models import Role


class Capability(TextChoices):
    """One thing that a person may be allowed to do."""

    PUBLIC = "public", _("Open to everybody")
    SIGNED_IN = "signed_in", _("Sign in")
    VM_VIEW = "vm.view", _("See machines")
    VM_OPERATE = "vm.operate", _("Start and stop machines")
    VM_CONSOLE = "vm.console", _("Use consoles")
    VM_TAKE = "vm.take", _("Take consoles over from others")
    VM_SHARE_CONSOLE = "vm.share_console", _("Share consoles by link")
    VM_RECORD = "vm.record", _("Record consoles, and delete recordings")
    VM_RECORDINGS = "vm.recordings", _("See recordings of consoles")
    VM_GRANT = "vm.grant", _("Share machines with others")
    VM_EDIT = "vm.edit", _("Change machines")
    VM_DELETE = "vm.delete", _("Delete machines")
    VM_BACKUP = "vm.backup", _("Back up machines and restore them")
    VM_FILES = "vm.files", _("Copy files to and from guests")
    VM_SNAPSHOT = "vm.snapshot", _("Take snapshots and revert to them")
    VM_CREATE = "vm.create", _("Create machines")
    VM_MIGRATE = "vm.migrate", _("Migrate machines")
    NETWORK_CREATE = "network.create", _("Make networks")
    TEAM_VIEW = "team.view", _("See the team")
    TEAM_MANAGE = "team.manage", _("Manage members and rules")
    REQUEST_DECIDE = "request.decide", _("Decide requests")
    HOST_VIEW = "host.view", _("See hosts")
    HOST_MANAGE = "host.manage", _("Manage hosts")
    JOB_VIEW = "job.view", _("See jobs")
    AUDIT_VIEW = "audit.view", _("Read the audit record")
    USER_MANAGE = "user.manage", _("Manage people, teams and roles")
    QUOTA_MANAGE = "quota.manage", _("Set quotas and prices")
    CATALOGUE_MANAGE = "catalogue.manage", _("Manage the catalogue")
    SITE_MANAGE = "site.manage", _("Manage webhooks and sign-in")


# What every role includes, so that who hears of a team's machines may also see them.
LEAST = frozenset({Capability.VM_VIEW, Capability.TEAM_VIEW})
VIEWER = LEAST
OPERATOR = VIEWER | {
    Capability.VM_OPERATE,
    Capability.VM_CONSOLE,
    Capability.VM_BACKUP,
    Capability.VM_SNAPSHOT,
}
MEMBER = OPERATOR | {Capability.VM_CREATE, Capability.VM_EDIT}
OWNER = MEMBER | {
    Capability.VM_DELETE,
    Capability.VM_TAKE,
    Capability.VM_SHARE_CONSOLE,
    Capability.VM_RECORD,
    Capability.VM_RECORDINGS,
    Capability.VM_GRANT,
    Capability.VM_FILES,
    Capability.NETWORK_CREATE,
    Capability.TEAM_MANAGE,
    Capability.REQUEST_DECIDE,
}
ROLE_CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.VIEWER: VIEWER,
    Role.OPERATOR: OPERATOR,
    Role.MEMBER: MEMBER,
    Role.OWNER: OWNER,
}
# What a role of a team's own may be given beyond its owners: it reaches further than the team.
GIVEN = frozenset({Capability.VM_MIGRATE})
TEAM_CAPABILITIES = tuple(capability for capability in Capability if capability in OWNER | GIVEN)

# What the person of a team's object may do with it, whatever their role in the team. It is also
# the most that a grant on one object gives.
OWN = frozenset(
    {
        Capability.VM_VIEW,
        Capability.VM_OPERATE,
        Capability.VM_CONSOLE,
        Capability.VM_TAKE,
        Capability.VM_SHARE_CONSOLE,
        Capability.VM_RECORD,
        Capability.VM_RECORDINGS,
        Capability.VM_GRANT,
        Capability.VM_EDIT,
        Capability.VM_DELETE,
        Capability.VM_BACKUP,
        Capability.VM_FILES,
        Capability.VM_SNAPSHOT,
    }
)

# What a person may do with what belongs to no team.
PERSONAL = OWN | {Capability.VM_CREATE}

# What anybody who is signed in may ask for; what they reach is decided object by object.
EVERYBODY = OWNER | GIVEN | {Capability.PUBLIC, Capability.SIGNED_IN, Capability.JOB_VIEW}

# What an auditor may do on the whole site: look at everything, touch nothing.
AUDITOR = frozenset(
    {
        Capability.VM_VIEW,
        Capability.VM_RECORDINGS,
        Capability.TEAM_VIEW,
        Capability.HOST_VIEW,
        Capability.JOB_VIEW,
        Capability.AUDIT_VIEW,
    }
)

# What a token of scope "read" leaves.
READING = AUDITOR | {Capability.PUBLIC, Capability.SIGNED_IN}
