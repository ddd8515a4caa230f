"""Are keys, files and the audit record kept as they should be?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from jobs.audit.forward import NAME as SYSLOG
from jobs.models import AuditCursor, AuditEntry
from posture.models import Reading
from vault import keys

from .verdicts import Verdict, judged, unknown

OTHERS = 0o077
KEY_AGE = timedelta(days=365)
READ_AGE = timedelta(days=2)  # after which nobody knows whether the record still holds
SENT_AGE = timedelta(minutes=15)


def verdicts() -> Iterator[Verdict]:
    """Judge them."""
    now = timezone.now()
    yield judged("files-open", open_files(settings.DATA_DIR))
    yield _vault(now)
    yield _record(now)
    yield judged("record-alone", [] if settings.AUDIT_SYSLOG else ["GUESTHOUSE_AUDIT_SYSLOG"])
    if settings.AUDIT_SYSLOG:
        yield _forwarding(now)


def open_files(folder: Path) -> Iterator[str]:
    """Yield what others on this machine can read: below a closed folder nothing can be reached."""
    if not folder.stat().st_mode & OTHERS:
        return
    for path in _secret_files(folder):
        try:
            mode = path.stat().st_mode & 0o777
        except OSError:
            continue
        if mode & OTHERS:
            yield f"{path.relative_to(folder)} {mode:04o}"


def _secret_files(folder: Path) -> Iterator[Path]:
    yield folder / "secret_key"
    yield from sorted(folder.glob("*.sqlite3*"))
    secret = folder / "secret"
    if secret.is_dir() and secret.stat().st_mode & OTHERS:
        yield from sorted(path for path in secret.iterdir() if path.is_file())


def _vault(now: datetime) -> Verdict:
    """Keys from the environment have no age that could be read here."""
    path = keys.key_file()
    if keys.are_given() or not path.exists():
        return unknown("vault-age")
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return judged("vault-age", [f"{changed:%Y-%m-%d}"] if now - changed > KEY_AGE else [])


def _record(now: datetime) -> Verdict:
    """Say what the last reading of the whole record found; an old one proves nothing of today."""
    last = Reading.objects.filter(name=Reading.RECORD).first()
    if last is None:
        return unknown("record-broken")
    problems = [f"{what} #{seq}" for seq, what in last.facts.get("problems", [])]
    return judged("record-broken", problems, known=now - last.at < READ_AGE)


def _forwarding(now: datetime) -> Verdict:
    cursor = AuditCursor.objects.filter(name=SYSLOG).first()
    if cursor is None:
        return unknown("record-behind")
    waiting = AuditEntry.objects.filter(seq__gt=cursor.seq).order_by("seq").first()
    is_late = waiting is not None and now - waiting.at > SENT_AGE
    return judged("record-behind", [f"#{waiting.seq}"] if waiting and is_late else [])
