"""The secrets of second factors are locked, and rotate with the rest."""

from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_second_factor_survives_a_rotation(vault_folder: Path, oli: User) -> None:
    locked = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in locked
    Authenticator.objects.create(
        user=oli, type=Authenticator.Type.TOTP, data={"secret": locked, "other": 1}
    )
    call_command("rotate_secrets", forget_old=True)
    kept = Authenticator.objects.get().data
    assert kept["secret"] != locked
    assert kept["other"] == 1
    assert get_adapter().decrypt(kept["secret"]) == "JBSWY3DPEHPK3PXP"
