"""What stands in an address: for each route, the things whose ids it takes.

A route with an id that nobody has named here fails the sweep.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from hypervisor_site.checks import operations, routes

CHOICE = re.compile(r"\(\?P<\w+>([\w-]+(?:\|[\w-]+)+)\)")
MISSING = 987_654_321
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>((?:\\.|[^()])*)\)")

# What comes before an id, and what the id is of. The first that fits counts.
KINDS: tuple[tuple[str, str], ...] = (
    (r"console/links/$", "link"),
    (r"/files/$", "file"),
    (r"/(share|grants)/$", "grantee"),
    (r"^(api/v1/vms|machines)/$", "vm"),
    (r"^hosts/tests/$", "trial"),
    (r"^(api/v1/processor-groups|hosts/processors)/$", "processors"),
    (r"^(api/v1/)?hosts/$", "host"),
    (r"^(api/v1/)?jobs/$", "job"),
    (r"^teams/$", "slug"),
    (r"^api/v1/teams/$", "team"),
    (r"^api/v1/users/$", "user"),
    (r"^api/v1/sessions/$", "session"),
    (r"^api/v1/roles/$", "role"),
    (r"^api/v1/notice-targets/$", "target"),
    (r"^api/v1/offers/networks/$", "offered"),
    (r"^(api/v1/)?teams/[^/]+/(members|quota)/$", "member"),
    (r"^(api/v1/)?teams/[^/]+/invitations/$", "invitation"),
    (r"^(api/v1/)?teams/[^/]+/service-accounts/$", "service"),
    (r"^(api/v1/)?teams/[^/]+/service-accounts/[^/]+/tokens/$", "service_token"),
    (r"^(api/v1/)?webhooks/$", "webhook"),
    (r"^(api/v1/)?webhooks/[^/]+/deliveries/$", "delivery"),
    (r"^account/notices/$", "target"),
    (r"^(api/v1/)?requests/$", "request"),
    (r"^(api/v1/)?networks/$", "network"),
    (r"^settings/catalogue/networks/$", "offered"),
    (r"^settings/catalogue/sizes/$", "size"),
    (r"^api/v1/sizes/$", "size_slug"),
    (r"^(api/v1/)?backups/$", "backup"),
    (r"/addresses/$", "address"),
    (r"^(api/v1/)?plans/$", "plan"),
    (r"^(api/v1/)?plans/steps/$", "step"),
    (r"/snapshots/$", "snapshot"),
    (r"/snapshot-schedules/$", "snapshot_schedule"),
    (r"^(api/v1/)?recordings/$", "recording"),
    (r"^(api/v1/)?migrations/$", "migration"),
    (r"^settings/roles/$", "role"),
    (r"^(api/v1|hosts)/pools/$", "pool"),
    (r"^account/users/$", "user"),
    (r"^(account|api/v1)/users/[^/]+/tokens/$", "user_token"),
    (r"^(account|api/v1)/tokens/$", "token"),
    (r"^account/sessions/$", "session"),
    (r"^account/factors/webauthn/keys/$", "passkey"),
    (r"^machines/views/$", "view"),
    (r"^(api/v1/)?posture/findings/$", "finding"),
    (r"^(api/v1/placement-groups|machines/groups)/$", "placing"),
)
# Words in addresses that name no thing, and one that fits each route.
VERBS: tuple[tuple[str, str], ...] = (
    (r"^hosts/[^/]+/do/$", "rescan"),
    (r"^hosts/[^/]+/(body/)?$", "overview"),
    (r"/part/$", "facts"),
    (r"^(api/v1/vms|machines)/[^/]+/$", "start"),
    (r"/service-accounts/[^/]+/$", "disable"),
)
# Keys, tickets and codes that are rights by themselves; they have tests of their own.
KEYS = re.compile(
    r"^(teams/join|w|account/confirm-email|account/with|account/saml)/$|password/reset/key/|undo/$"
)

Route = tuple[str, str, Any]


def all_routes() -> Iterator[Route]:
    """Yield (methods, path, view) of each page and each operation of the API."""
    for path, view in routes(get_resolver().url_patterns):
        if not path.startswith("api/"):
            for one in _each_choice(re.sub(r"\^|\$$", "", path)):
                yield "GET POST", one, view
    for name, view in operations():
        path, _space, methods = name.rpartition(" ")
        path = re.sub(r"{(?:(\w+):)?(\w+)}", lambda it: f"<{it[1] or 'str'}:{it[2]}>", path)
        yield methods.replace("/", " "), path, view


def _each_choice(path: str) -> Iterator[str]:
    """Yield the route once for each verb that it lists."""
    found = CHOICE.search(path)
    if found is None:
        yield path
        return
    for verb in found[1].split("|"):
        yield from _each_choice(path.replace(found[0], verb))


def things_in(path: str) -> list[str | None]:
    """Return which things the route takes, in order; None where nobody has named one."""
    return [kind for kind, word, _place in _walk(path) if not word]


def address(path: str, *keys: int | str) -> str:
    """Return the address of the route with these keys in the places of its things."""
    left = list(keys)
    filled, at = "", 0
    for _kind, word, place in _walk(path):
        filled += path[at : place.start()] + (word or str(left.pop(0)))
        at = place.end()
    return "/" + filled + path[at:]


def _walk(path: str) -> Iterator[tuple[str | None, str, re.Match[str]]]:
    """Yield each place with its kind of thing, or with the word that may stand there."""
    for place in PLACE.finditer(path):
        before = PLACE.sub("0", path[: place.start()])
        yield _thing(before), _word(before, place), place


def _thing(before: str) -> str | None:
    return next((kind for pattern, kind in KINDS if re.search(pattern, before)), None)


def _word(before: str, place: re.Match[str]) -> str:
    """Return the word for a place that takes a verb or a key, "" for one that takes a thing."""
    if KEYS.search(before):
        return "no-such-key"
    if place[2] not in {"action", "verb", "tab", "name"}:
        return ""
    return next((word for pattern, word in VERBS if re.search(pattern, before)), "")
