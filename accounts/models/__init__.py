"""People, the teams they are in, what each may do there, and the tokens that act for them."""

from .people import Density, SiteRole, Theme, User
from .roles import CustomRole, Grant, Role, RoleCapability
from .teams import Invitation, LinkPolicy, Membership, RecordingPolicy, Team
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "CustomRole",
    "Density",
    "Grant",
    "Invitation",
    "LinkPolicy",
    "Membership",
    "RecordingPolicy",
    "Role",
    "RoleCapability",
    "SiteRole",
    "Team",
    "Theme",
    "User",
]
