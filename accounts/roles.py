"""Which roles are there, and what does each allow?"""

from .capabilities import ROLE_CAPABILITIES
from .models import CustomRole, Role, RoleCapability


def role_names() -> dict[str, str]:
    """Return every role's key and name: the built-in ones, then the site's own."""
    own = dict(CustomRole.objects.values_list("slug", "name"))
    return {role.value: str(role.label) for role in Role} | own


def capabilities_of(role: str) -> frozenset[str]:
    """Return what `role` allows; nothing for one that is no more."""
    if role in ROLE_CAPABILITIES:
        return frozenset(str(one) for one in ROLE_CAPABILITIES[role])
    lines = RoleCapability.objects.filter(role__slug=role)
    return frozenset(lines.values_list("capability", flat=True))
