"""The form of an address: adding a host, and editing one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import ActionRefused
from hosts.models import Host, Transport
from hosts.wishes import HostWish, checked, taken, wish_of

OFFERED = (Transport.SSH, Transport.LOCAL, Transport.SESSION, Transport.TLS, Transport.TCP)


class HostForm(forms.Form):
    """Name, transport and the parts of the address; `to_wish` gives them, checked."""

    transport = forms.ChoiceField(
        label=_("How it is reached"),
        choices=[(one.value, one.label) for one in OFFERED],
        initial=Transport.SSH,
    )
    hostname = forms.CharField(
        label=_("Host name or address"), required=False, strip=True, max_length=253
    )
    username = forms.CharField(
        label=_("User"), required=False, strip=True, max_length=32, initial="root"
    )
    port = forms.IntegerField(label=_("Port"), required=False)
    socket = forms.CharField(
        label=_("Socket"),
        required=False,
        strip=True,
        max_length=200,
        help_text=_("Leave it empty for the usual place."),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        strip=True,
        max_length=63,
        help_text=_("What the host is called here."),
    )

    migration_transport = forms.ChoiceField(
        label=_("How other hosts reach it"),
        required=False,
        choices=[("", _("As Guesthouse does"))]
        + [(one.value, one.label) for one in (Transport.SSH, Transport.TLS, Transport.TCP)],
        help_text=_("By the account root of the other host, with its keys or certificates."),
    )
    migration_address = forms.CharField(
        label=_("Address for migrations"),
        required=False,
        strip=True,
        max_length=253,
        help_text=_("Where the memory and the disks of machines are sent; empty is the one above."),
    )
    migration_port = forms.IntegerField(label=_("Port"), required=False)

    def __init__(self, *args: Any, host: Host | None = None, **kwargs: Any) -> None:
        self._host = host
        if host is not None:
            kwargs.setdefault("initial", wish_of(host).as_params())
        super().__init__(*args, **kwargs)
        if host is not None and host.transport == Transport.TEST:
            self.fields["transport"].choices = [(Transport.TEST.value, Transport.TEST.label)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check the parts together; an empty name becomes the host's own."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        wish = self._wish(cleaned)
        try:
            self._checked = checked(wish)
            if refusal := taken(self._checked.name, but=self._host.pk if self._host else None):
                raise refusal
        except ActionRefused as error:
            for field, text in error.extra["fields"].items():
                self.add_error(field if field in self.fields else None, text)
        return cleaned

    def _wish(self, cleaned: dict[str, Any]) -> HostWish:
        hostname = cleaned.get("hostname", "")
        is_here = cleaned.get("transport") in {Transport.LOCAL, Transport.SESSION}
        suggested = "localhost" if is_here else hostname.split(".")[0]
        if hostname.replace(".", "").isdigit():
            suggested = hostname
        return HostWish(
            name=cleaned.get("name") or suggested or "host",
            transport=cleaned.get("transport", ""),
            hostname=hostname,
            port=cleaned.get("port"),
            username=cleaned.get("username", ""),
            socket=cleaned.get("socket", ""),
            test_path=self._host.test_path if self._host else "",
            migration_transport=cleaned.get("migration_transport", ""),
            migration_address=cleaned.get("migration_address", ""),
            migration_port=cleaned.get("migration_port"),
        )

    def to_wish(self) -> HostWish:
        """Return the checked parts of a valid form."""
        return self._checked
