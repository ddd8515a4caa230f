"""Usage in the API."""

from decimal import Decimal
from typing import Any

from ninja import Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.in_teams import get_team
from accounts.requests import SignedInRequest

from .reports import read_month, report

router = Router(tags=["usage"])


class UsageLine(Schema):
    """One machine of one person at one size and price."""

    person: str
    machine: str
    vm_id: int | None
    size: str
    vcpus: int
    price_per_hour: Decimal
    hours: float
    cost: Decimal


class UsageOut(Schema):
    """A month, as far as it has gone."""

    month: str
    hours: float
    cost: Decimal
    items: list[UsageLine]


@router.get("/usage", response=UsageOut, summary="Machine hours and costs")
@declares(Capability.TEAM_VIEW)
def usage(request: SignedInRequest, team: str = "", month: str = "") -> dict[str, Any]:
    """Return the month ("2026-11") of a team, or of the caller's own machines."""
    chosen = get_team(request.user, team, Capability.TEAM_VIEW) if team else None
    found = report(request.user, chosen, read_month(month))
    items = [
        {
            "person": line.person,
            "machine": line.machine,
            "vm_id": line.vm_id,
            "size": line.size,
            "vcpus": line.vcpus,
            "price_per_hour": line.price,
            "hours": round(line.hours, 4),
            "cost": round(line.cost, 4),
        }
        for line in found.lines
    ]
    return {
        "month": found.month.name,
        "hours": round(found.hours, 4),
        "cost": found.cost,
        "items": items,
    }
