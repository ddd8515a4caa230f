"""Who may open which console? Asked at the upgrade, and every two seconds while it is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol, cast

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.access import Capability, allows
from accounts.models import User
from accounts.sign_in import policy
from consoles.closing import ConsoleClosed
from consoles.sharing import links
from consoles.sharing.visits import VISITS
from consoles.tickets import Claims, TicketRefused, redeem
from consoles.wire import TICKET_PREFIX
from live.origin import is_own_origin
from vms.models import VM


class Headers(Protocol):
    """The request headers as http.server gives them."""

    def items(self) -> list[tuple[str, str]]: ...

    def get_all(self, name: str) -> list[str] | None: ...


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody let in: what the ticket allows, and the login session it hangs on."""

    claims: Claims
    session_key: str


def is_from_us(headers: Headers) -> bool:
    """Say whether the upgrade comes from a page of this site.

    Our socket is open to our own processes and to the web server in front only, so what they say
    about the outer scheme is believed.
    """
    raw = [
        (name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()
    ]
    secure = (b"x-forwarded-proto", b"https") in raw
    return is_own_origin({"headers": raw, "scheme": "wss" if secure else "ws"})


def let_in(headers: Headers) -> Guest:
    """Use up the ticket of an upgrade. Raises TicketRefused, and RedisError when Redis is away."""
    session_key = _session_key(headers)
    ticket = _ticket(headers)
    if not ticket or not session_key:
        raise TicketRefused
    return Guest(redeem(ticket, session_key), session_key)


def _ticket(headers: Headers) -> str:
    offered = ",".join(headers.get_all("Sec-WebSocket-Protocol") or []).split(",")
    tickets = [word.strip() for word in offered if word.strip().startswith(TICKET_PREFIX)]
    return tickets[0].removeprefix(TICKET_PREFIX) if len(tickets) == 1 else ""


def _session_key(headers: Headers) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load("; ".join(headers.get_all("Cookie") or []))
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


class Register:
    """What people, login sessions and machines are at one moment, read in a few queries."""

    def __init__(self, guests: Iterable[Guest]) -> None:
        asked = list(guests)
        self._users = User.objects.in_bulk({guest.claims.user for guest in asked})
        self._needing = policy.needing(self._users.values())
        self._sessions = _sessions({guest.session_key for guest in asked})
        machines = VM.objects.select_related("host")
        self._vms = machines.in_bulk({guest.claims.vm for guest in asked})
        self._allowed: dict[tuple[int, int], bool] = {}
        self._links = links.by_id({guest.claims.link for guest in asked if guest.claims.link})

    def check(self, guest: Guest) -> VM:
        """Return the machine while `guest` may use its console, or raise ConsoleClosed."""
        claims = guest.claims
        user = self._users.get(claims.user)
        if not self._is_who_they_were(user, guest):
            raise ConsoleClosed("signed-out")
        vm = self._vms.get(claims.vm)
        if vm is None or str(vm.uuid) != claims.uuid:
            raise ConsoleClosed("machine-gone")
        if claims.link:
            link = self._links.get(claims.link)
            if link is None or not links.stands(link):
                raise ConsoleClosed("link-ended")
        elif user is None or not self._allows(user, vm):
            raise ConsoleClosed("right-ended")
        return vm

    def _is_who_they_were(self, user: User | None, guest: Guest) -> bool:
        """Say whether the person is signed in still, or the visitor's browser the same still."""
        if guest.claims.user:
            is_here = user is not None and user.is_active
            return is_here and self._is_signed_in(cast(User, user), guest.session_key)
        visits = self._sessions.get(guest.session_key, {}).get(VISITS, {})
        return bool(guest.claims.link and str(guest.claims.link) in visits)

    def _allows(self, user: User, vm: VM) -> bool:
        pair = (user.pk, vm.pk)
        if pair not in self._allowed:
            self._allowed[pair] = allows(user, Capability.VM_CONSOLE, vm)
        return self._allowed[pair]

    def _is_signed_in(self, user: User, session_key: str) -> bool:
        """Say whether the login session stands: there, and made with the present password."""
        data = self._sessions.get(session_key, {})
        if data.get(SESSION_KEY) != str(user.pk):
            return False
        if user.pk in self._needing and not policy.used_factor(data):
            return False
        return constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def check(guest: Guest) -> VM:
    """Return the machine while `guest` may use its console, or raise ConsoleClosed."""
    return Register([guest]).check(guest)


def _sessions(keys: set[str]) -> dict[str, dict[str, Any]]:
    """Return what the login sessions that have neither ended nor expired hold."""
    standing = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {session.session_key: session.get_decoded() for session in standing}
