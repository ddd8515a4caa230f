"""The console of somebody with whom one machine is shared ends with what they were given."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Grant, Role
from vms.sharing.services import change, share, take_away

from .conftest import ask, sign_in
from .test_gateway import ending, opened

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 5.0  # seconds in which a right that ended has to be felt


@pytest.fixture
def console(gateway, display, vm, oli, sam):
    """Sam's open console of Oli's machine."""
    assert ask(sign_in(sam), vm).status_code == 404
    share(vm, sam, Role.OPERATOR, oli)
    return opened(gateway, sign_in(sam), vm)


def test_who_may_only_look_gets_none(gateway, display, vm, oli, sam):
    share(vm, sam, Role.VIEWER, oli)
    assert ask(sign_in(sam), vm).status_code == 403


def test_taking_it_away_closes_it(console, vm, oli, sam):
    began = time.monotonic()
    take_away(vm, sam, oli)
    assert ending(console) == (4401, "right-ended")
    assert time.monotonic() - began < SOON


def test_only_looking_closes_it(console, vm, oli, sam):
    change(vm, sam, Role.VIEWER, oli)
    assert ending(console) == (4401, "right-ended")


def test_its_end_closes_it(console, vm):
    until = timezone.now() + timedelta(seconds=1)
    Grant.objects.update(expires_at=until)
    assert ending(console) == (4401, "right-ended")
    assert timezone.now() - until < timedelta(seconds=SOON)
