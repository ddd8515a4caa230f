"""Hand out machines to members of a team, in the API."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from jobs.api import key_of
from vms.schemas import VMsAccepted
from vms.services.keeping import end_of_day
from vms.services.refusing import refuse_field
from vms.services.wishes import CreateRequest

from .service_api import managed
from .services.handing import PATTERN, hand_out, members_of

router = Router(tags=["teams"])


class HandOutIn(Schema):
    """What each of the members gets, and who they are."""

    members: Annotated[list[str], Field(max_length=200, description="usernames")]
    name: Annotated[str, Field(max_length=80, description="{user} is each member's name")] = PATTERN
    source: Annotated[
        str,
        Field(description="image:<key>, iso:<pool>/<volume> or network", max_length=600),
    ] = "image:guesthouse-tiny"
    size: Annotated[str, Field(description="the slug of a size of the catalogue")] = "small"
    network: Annotated[
        str, Field(description='"none", or the host\'s usual one if left out', max_length=255)
    ] = ""
    start: bool = True
    keep_until: Annotated[date | None, Field(description="the last day")] = None


@router.post(
    "/teams/{int:team_id}/hand-out", response={202: VMsAccepted}, summary="Hand out machines"
)
@declares(Capability.TEAM_MANAGE)
def hand_machines_out(
    request: SignedInRequest, response: HttpResponse, team_id: int, data: HandOutIn
) -> Any:
    """Create a machine of the team for each member, theirs: all of them, or none.

    Each counts towards the limits of its member; the team's are reserved at once. `jobs` has a job
    for each, `job` is the first.
    """
    team = managed(request.user, team_id)
    by_name = {person.username: person.pk for person in members_of(team)}
    if any(name not in by_name for name in data.members):
        raise refuse_field("members", _("Only members of the team get machines."))
    spec = CreateRequest(
        **data.dict(exclude={"members", "keep_until"}), ends_at=end_of_day(data.keep_until)
    )
    people = [by_name[name] for name in data.members]
    jobs = hand_out(team, spec, people, request.user, idempotency_key=key_of(request))
    response["Location"] = f"/api/v1/jobs/{jobs[0].pk}"
    return Status(202, {"job": jobs[0], "jobs": jobs})
