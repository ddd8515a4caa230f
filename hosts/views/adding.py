"""Add, test, edit and remove hosts."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, requires
from hosts import ssh
from hosts.access import get_host
from hosts.forms import HostForm
from hosts.models import Host, Transport
from hosts.services.managing import add_host, edit_host, remove_host, request_test
from hosts.trials import shown_test
from hosts.wishes import HostWish
from jobs.models import Job


def add_context(request: HttpRequest, form: HostForm, **more: Any) -> dict[str, Any]:
    """Return what the form needs: our public key, and a test that was asked for before."""
    context: dict[str, Any] = {"form": form, "public_key": ssh.public_key(), **more}
    job = _test_of(request, request.GET.get("test", ""))
    if job is not None:
        context["test"] = shown_test(job)
    return context


def _test_of(request: HttpRequest, pk: str) -> Job | None:
    """Return the test with this number, if the same person asked for it."""
    if not pk.isdecimal() or not request.user.is_authenticated:
        return None
    return Job.objects.filter(pk=int(pk), kind="host.test", actor=request.user).first()


@requires(Capability.HOST_MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    """Show the form; test what was typed, or add the host."""
    form = HostForm(request.POST or None, initial=_initial(request))
    if request.method != "POST":
        return render(request, "hosts/add.html", add_context(request, form))
    if not form.is_valid():
        return _again(request, form)
    wish = form.to_wish()
    if request.POST.get("action") != "save":
        return _start_test(request, form, wish)
    try:
        host = add_host(_with_key(request, wish), request.user)
    except ActionRefused as refusal:
        _blame(form, refusal)
        return _again(request, form)
    messages.success(request, _("%(host)s is added.") % {"host": host.name})
    return redirect("hosts:detail", host.pk)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Take the transport from the link, and everything from a test without JavaScript."""
    transport = request.GET.get("transport", "")
    job = _test_of(request, request.GET.get("test", ""))
    if job is not None:
        return dict(job.params)
    return {"transport": transport} if transport in Transport.values else {}


def _again(request: HttpRequest, form: HostForm, **more: Any) -> HttpResponse:
    """Show the form with its errors: 400, or the part that htmx swaps only when all is well."""
    context = add_context(request, form, **more)
    if getattr(request, "htmx", False):
        return render(request, "hosts/_form.html", context)
    return render(request, "hosts/add.html", context, status=400)


def _blame(form: HostForm, refusal: ActionRefused) -> None:
    fields = refusal.extra.get("fields") or {}
    for name, text in fields.items():
        form.add_error(name if name in form.fields else None, text)
    if not fields:
        form.add_error(None, refusal.message)


def _start_test(
    request: HttpRequest, form: HostForm, wish: HostWish, host: Host | None = None
) -> HttpResponse:
    job = request_test(wish, request.user, host=host)
    more = {"host": host, "test": shown_test(job)}
    if getattr(request, "htmx", False):
        return render(request, "hosts/_form.html", {**add_context(request, form), **more})
    place = reverse("hosts:edit", args=[host.pk]) if host else reverse("hosts:add")
    return redirect(f"{place}?test={job.pk}")


def _with_key(request: HttpRequest, wish: HostWish) -> HostWish:
    """Pin the key that the test showed to the same person for the same place."""
    if wish.transport != Transport.SSH:
        return wish
    job = _test_of(request, request.POST.get("test", ""))
    if job is not None and HostWish(**job.params).place == wish.place:
        return replace(wish, host_key=job.result.get("host_key", ""))
    text = _("Connect first: the key of the host has to be seen before it is trusted.")
    raise ActionRefused(text, code="invalid", status=400, fields={"hostname": text})


@requires(Capability.HOST_MANAGE)
def test_steps(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show how far a test is."""
    job = _test_of(request, str(job_id))
    if job is None:
        raise Http404
    host = Host.objects.filter(pk=job.target_id or 0).first()
    context = {"test": shown_test(job), "host": host, "public_key": ssh.public_key()}
    return render(request, "hosts/_test.html", context)


@requires(Capability.HOST_MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of a host; test what was typed, or keep it."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    form = HostForm(request.POST or None, host=host)
    if request.method != "POST":
        return render(request, "hosts/add.html", add_context(request, form, host=host))
    if not form.is_valid():
        return _again(request, form, host=host)
    wish = _keep_key(request, host, form.to_wish())
    if request.POST.get("action") != "save":
        return _start_test(request, form, wish, host)
    try:
        edit_host(host, _key_to_pin(request, host, wish), request.user)
    except ActionRefused as refusal:
        _blame(form, refusal)
        return _again(request, form, host=host)
    messages.success(request, _("%(host)s is changed.") % {"host": wish.name})
    return redirect("hosts:detail", host.pk)


def _keep_key(request: HttpRequest, host: Host, wish: HostWish) -> HostWish:
    """Test against the pinned key, unless a new one is to be pinned."""
    is_same = wish.place == (host.transport, host.hostname, host.port)
    if is_same and "new_key" not in request.POST:
        return replace(wish, host_key=host.host_key)
    return wish


def _key_to_pin(request: HttpRequest, host: Host, wish: HostWish) -> HostWish:
    """Return the wish with the pinned key, or with the one that its test showed."""
    return wish if wish.host_key else _with_key(request, wish)


@requires(Capability.HOST_MANAGE)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a host, after its name was typed."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    if request.method != "POST":
        return redirect("hosts:detail", pk)
    if request.POST.get("confirm") != host.name:
        text = _("Type the name of the host to remove it.")
        raise ActionRefused(text, code="invalid", status=400, fields={"confirm": text})
    remove_host(host, request.user)
    messages.success(request, _("%(host)s is removed. Its guests keep running.") % {"host": host})
    return redirect("hosts:list")


@requires(Capability.HOST_MANAGE)
def public_key(request: HttpRequest) -> HttpResponse:
    """Give our public key as a file."""
    response = HttpResponse(ssh.public_key() + "\n", content_type="text/plain")
    response["Content-Disposition"] = 'attachment; filename="guesthouse.pub"'
    return response
