"""Until when may a new machine live? The team's rules, and what was wished within them."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import is_admin
from accounts.models import Team, User

from .refusing import refuse_field


def end_of_day(day: date | None) -> datetime | None:
    """Return the end of a day where the person is."""
    return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


def usual_end(team: Team | None) -> datetime | None:
    """Return when machines of `team` end unasked; None is never."""
    days = (team.lease_days or team.longest_lease_days) if team else None
    return timezone.now() + timedelta(days=days) if days else None


def last_end(team: Team | None) -> datetime | None:
    """Return the latest end that may be wished; None is any."""
    days = team.longest_lease_days if team else None
    return timezone.now() + timedelta(days=days, hours=24) if days else None


def end_of(wished: datetime | None, team: Team | None, by: User) -> datetime | None:
    """Return when a new machine ends. Raises ActionRefused (400, `ends_at`)."""
    if wished is None:
        return usual_end(team)
    if wished <= timezone.now():
        raise refuse_field("ends_at", _("Choose a day in the future."))
    last = last_end(team)
    if last is not None and wished > last and not is_admin(by):
        days = team.longest_lease_days if team else 0
        raise refuse_field("ends_at", _("At most %(count)d days from today.") % {"count": days})
    return wished
