"""People and tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services
from accounts.access import ActionRefused
from accounts.models import ApiToken, User


def test_token_is_stored_as_a_hash_only(oli: User) -> None:
    made = services.create_token(oli, "script")
    row = ApiToken.objects.get()
    assert made.key not in (row.token_hash, row.prefix, row.name)
    assert services.find_token(made.key) == row


def test_expired_token_opens_nothing(oli: User) -> None:
    made = services.create_token(oli, "script")
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert services.find_token(made.key) is None


def test_token_of_a_locked_person_opens_nothing(ada: User, oli: User) -> None:
    made = services.create_token(oli, "script")
    services.set_active(oli, False, by=ada)
    assert services.find_token(made.key) is None


def test_use_of_a_token_is_noted(oli: User) -> None:
    made = services.create_token(oli, "script")
    services.find_token(made.key)
    assert ApiToken.objects.get().last_used_at is not None


def test_new_person_has_to_change_the_first_password(db: None) -> None:
    user, password = services.create_user("mina", "Mina Park", is_admin=False)
    assert user.check_password(password)
    assert user.must_change_password
    assert user.display_name == "Mina Park"


def test_last_administrator_stays(ada: User, oli: User) -> None:
    with pytest.raises(ActionRefused, match="only administrator"):
        services.set_admin(ada, False, by=ada)
    services.set_admin(oli, True, by=ada)
    services.set_admin(ada, False, by=oli)
    assert not User.objects.get(pk=ada.pk).is_superuser


def test_nobody_locks_themselves_out(ada: User) -> None:
    with pytest.raises(ActionRefused, match="lock yourself"):
        services.set_active(ada, False, by=ada)
