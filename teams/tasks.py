"""What the web side does not wait for."""

from celery import shared_task

from accounts.models import Invitation

from .services.invitations import send_by_mail


@shared_task(  # type: ignore[untyped-decorator]
    autoretry_for=(OSError,), retry_backoff=True, retry_kwargs={"max_retries": 5}
)
def mail_invitation(pk: int, link: str) -> None:
    """Mail one invitation while it is open."""
    row = Invitation.objects.select_related("team").filter(pk=pk).first()
    if row is not None and row.is_open and row.email:
        send_by_mail(row, link)
