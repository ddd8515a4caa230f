"""Is a row of the list of machines drawn for everyone as it should be, and safely?"""

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts.models import User
from hosts.models import HostState
from tests.factories import make_host, make_vm
from vms.models import VM, Tag
from vms.views.rows import rows_of

pytestmark = pytest.mark.django_db
NASTY = "<b>\"'&"


def drawn(user: User, vm: VM, *, is_admin: bool = False) -> str:
    context = Context({"row": rows_of(user, [vm.pk])[0], "is_admin": is_admin})
    return Template("{% load gh %}{% machine_row row is_admin %}").render(context)


def test_whatever_a_guest_or_a_person_is_called_is_escaped(ada: User) -> None:
    vm = make_vm(NASTY, owner=ada, host=make_host(NASTY))
    VM.objects.filter(pk=vm.pk).update(address=NASTY, os_id=NASTY)
    User.objects.filter(pk=ada.pk).update(first_name=NASTY)
    vm.tags.add(Tag.objects.create(name=NASTY))
    html = drawn(ada, vm, is_admin=True)
    assert "<b>" not in html
    assert html.count("&lt;b&gt;&quot;&#x27;&amp;") >= 6


def test_host_is_drawn_for_administrators_only(ada: User) -> None:
    vm = make_vm(owner=ada, host=make_host("secret-host"))
    assert "secret-host" in drawn(ada, vm, is_admin=True)
    assert "secret-host" not in drawn(ada, vm)


def test_kept_words_are_those_of_the_readers_language(ada: User) -> None:
    vm = make_vm(owner=ada)
    VM.objects.filter(pk=vm.pk).update(state="running", cpu_percent=12, memory=3 * 2**29)
    english = drawn(ada, vm)
    with translation.override("de"):
        german = drawn(ada, vm)
    assert "Running" in english and "1.5" in english and "12%" in english
    assert "Läuft" in german and "1,5" in german
    assert drawn(ada, vm) == english


def test_row_of_a_silent_host_says_how_old_it_is(ada: User) -> None:
    vm = make_vm(owner=ada, host=make_host("away", state=HostState.UNREACHABLE))
    html = drawn(ada, vm)
    assert "data-stale>" in html
    assert 'aria-disabled="true"' in html
