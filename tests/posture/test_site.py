"""What is found of the portal itself."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import ApiToken, Membership, Role, Team, User
from accounts.services import create_token
from jobs import audit
from jobs.models import AuditCursor, AuditEntry
from notices.models import Webhook
from posture.judging import accounts, doors, secrets
from posture.judging.verdicts import Verdict
from posture.models import Reading
from posture.reading import read_if_short, read_record
from tests.posture.making import bad, unknown

pytestmark = pytest.mark.django_db


def of(room: Any) -> dict[str, Verdict]:
    return {one.key: one for one in room.verdicts()}


def test_people_without_a_second_factor_are_named(ada: User, oli: User, sam: User) -> None:
    crew = Team.objects.create(name="Crew", slug="crew")
    Membership.objects.create(user=oli, team=crew, role=Role.OWNER)
    Membership.objects.create(user=sam, team=crew, role=Role.VIEWER)
    found = bad(of(accounts))
    assert (found["admins-factor"], found["owners-factor"]) == (("ada",), ("oli",))
    for person, kind in ((ada, "webauthn"), (oli, "totp")):
        Authenticator.objects.create(user=person, type=kind, data={})
    Authenticator.objects.create(user=sam, type="recovery_codes", data={})
    assert not {"admins-factor", "owners-factor"} & set(bad(of(accounts)))


def test_a_rule_for_second_factors_is_asked_for(settings: Any) -> None:
    assert "factor-rule" in bad(of(accounts))
    settings.REQUIRE_SECOND_FACTOR = "admins"
    assert "factor-rule" not in bad(of(accounts))


def test_given_passwords_and_sleeping_accounts_are_named(ada: User, oli: User, sam: User) -> None:
    now = timezone.now()
    User.objects.update(must_change_password=True)
    found = bad(of(accounts))
    assert found["admins-first-password"] == ("ada",)
    assert "first-password" not in found  # for a week that is as it should be
    long_ago = now - timedelta(days=200)
    User.objects.update(date_joined=long_ago)
    User.objects.filter(pk=oli.pk).update(last_seen_at=now)
    found = bad(of(accounts))
    assert found["first-password"] == ("oli", "sam")
    assert (found["admins-idle"], found["accounts-idle"]) == (("ada",), ("sam",))
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert "accounts-idle" not in bad(of(accounts))


def test_tokens_without_end_and_unused_ones_are_named_not_shown(sam: User) -> None:
    key = create_token(sam, "backup").key
    ApiToken.objects.update(expires_at=None, created_at=timezone.now() - timedelta(days=91))
    found = bad(of(accounts))
    assert found["tokens-endless"] == found["tokens-unused"] == ("sam: backup",)
    assert key[:12] not in repr(found)
    ApiToken.objects.update(last_used_at=timezone.now())
    assert "tokens-unused" not in bad(of(accounts))
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert not {"tokens-endless", "tokens-unused"} & set(bad(of(accounts)))


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"ALLOWED_HOSTS": ["localhost", "p.example.org"], "TLS": False}, "plain-http",
         "p.example.org"),
        ({"ALLOWED_HOSTS": ["*"]}, "any-name", "*"),
        ({"DEBUG": True}, "debugging", "DEBUG=yes"),
        ({"REDIS_URL": "redis://:hush@r.example.org/0"}, "redis-open", "r.example.org"),
        ({"LDAP_URL": "ldap://d.example.org", "LDAP_START_TLS": False}, "directory-plain",
         "ldap://d.example.org"),
        ({"OIDC_URL": "http://id.example.org"}, "directory-plain", "http://id.example.org"),
        ({"CSRF_COOKIE_SECURE": False}, "cookies", "CSRF_COOKIE_SECURE=no"),
        ({"SECURE_HSTS_SECONDS": 60}, "cookies", "SECURE_HSTS_SECONDS=60"),
    ],
)  # fmt: skip
def test_open_doors_are_named(settings: Any, changes: dict[str, Any], key: str, words: str) -> None:
    for name, value in {"ALLOWED_HOSTS": ["localhost", "[::1]"], "DEBUG": False}.items():
        setattr(settings, name, value)
    assert bad(of(doors)) == {}
    for name, value in changes.items():
        setattr(settings, name, value)
    found = bad(of(doors))
    assert words in found[key]
    assert "hush" not in repr(found)


def test_mail_and_webhooks_without_tls_are_named(settings: Any) -> None:
    settings.MAIL_IS_ON, settings.EMAIL_HOST = True, "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    hook = {"url": "http://x/", "secret": "a", "place": "http://x"}
    Webhook.objects.create(name="bell", **hook)
    found = bad(of(doors))
    assert (found["mail-plain"], found["hooks-plain"]) == (("mail.example.org",), ("bell",))
    settings.EMAIL_USE_TLS = True
    Webhook.objects.update(is_active=False)
    assert not {"mail-plain", "hooks-plain"} & set(bad(of(doors)))


def test_files_count_only_in_a_folder_that_others_can_enter(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir(mode=0o755)
    for name, mode in (("secret_key", 0o644), ("db.sqlite3", 0o600), ("secret/vault.keys", 0o640)):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(mode)
    tmp_path.chmod(0o755)
    assert list(secrets.open_files(tmp_path)) == ["secret_key 0644", "secret/vault.keys 0640"]
    tmp_path.chmod(0o700)
    assert list(secrets.open_files(tmp_path)) == []


def test_old_keys_are_told_and_given_ones_are_not_known(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.VAULT_KEYS = tmp_path, []
    assert "vault-age" in unknown(of(secrets))
    (tmp_path / "secret").mkdir(mode=0o700)
    path = tmp_path / "secret" / "vault.keys"
    path.write_text("x")
    assert of(secrets)["vault-age"].state == "ok"
    os.utime(path, (0, 0))
    assert bad(of(secrets))["vault-age"] == ("1970-01-01",)
    settings.VAULT_KEYS = ["from-the-environment"]
    assert "vault-age" in unknown(of(secrets))


def test_the_record_is_not_known_until_it_was_read_and_old_readings_prove_nothing() -> None:
    for _number in range(3):
        audit.record(None, "a.b")
    assert "record-broken" in unknown(of(secrets))
    read_if_short()
    assert of(secrets)["record-broken"].state == "ok"
    Reading.objects.update(at=timezone.now() - timedelta(days=3))
    assert "record-broken" in unknown(of(secrets))
    AuditEntry.objects.filter(seq=2)._raw_delete(using="default")
    read_record()
    assert bad(of(secrets))["record-broken"] == ("missing #2",)


def test_a_record_that_does_not_get_away_is_found(settings: Any) -> None:
    assert "record-alone" in bad(of(secrets))
    settings.AUDIT_SYSLOG = "udp://127.0.0.1:514"
    assert unknown(of(secrets)) >= {"record-behind"}
    audit.record(None, "a.b")
    AuditCursor.objects.create(name="syslog", seq=0)
    assert of(secrets)["record-behind"].state == "ok"  # sent within minutes
    first = AuditEntry.objects.all()[0]
    late = timezone.now() - timedelta(minutes=20)
    super(type(AuditEntry.objects.all()), AuditEntry.objects.filter(pk=first.pk)).update(at=late)
    assert bad(of(secrets))["record-behind"] == (f"#{first.seq}",)
