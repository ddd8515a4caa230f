"""Keep a notice for the bell, and queue it for mail and targets."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from accounts.models import User
from jobs.notices import Message
from live.publish import announce

from .kinds import known
from .models import Notice, Posting, Preference, Target
from .nudging import nudge

KEPT = 200  # notices of a person


def tell(message: Message) -> None:
    """Tell each person of `message` where they want to be told."""
    kind = known(message.kind)
    people = list(User.objects.filter(pk__in=message.user_ids, is_active=True))
    with transaction.atomic():
        for person in people:
            notice = Notice.objects.create(
                user=person,
                kind=kind,
                subject=message.subject,
                text=message.text,
                url=message.url,
            )
            announce("notice", person.pk, notice.pk, {"newest": notice.pk}, [f"user-{person.pk}"])
            _forget_old(person)
        _queue(Target.objects.filter(user__in=people), kind, message)
        _queue_mail(people, kind, message)


def tell_teams(teams: Iterable[int], message: Message) -> None:
    """Tell the targets of teams."""
    _queue(Target.objects.filter(team__in=list(teams)), known(message.kind), message)


def _queue(targets: Iterable[Target], kind: str, message: Message) -> None:
    _post(
        Posting(target=target, subject=message.subject, text=message.text, url=message.url)
        for target in targets
        if target.wants(kind)
    )


def _queue_mail(people: Iterable[User], kind: str, message: Message) -> None:
    if not settings.MAIL_IS_ON:
        return
    wanted = {
        row.user_id for row in Preference.objects.filter(user__in=people) if kind in row.mail_kinds
    }
    _post(
        Posting(user=person, subject=message.subject, text=message.text, url=message.url)
        for person in people
        if person.pk in wanted and person.email
    )


def _post(postings: Iterable[Posting]) -> None:
    if Posting.objects.bulk_create(postings):
        nudge()


def _forget_old(person: User) -> None:
    """Keep the newest notices only."""
    ids = Notice.objects.filter(user=person).order_by("-pk").values_list("pk", flat=True)
    if old := list(ids[KEPT:]):
        Notice.objects.filter(pk__in=old).delete()
