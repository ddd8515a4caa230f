"""What is a person offered in a team? Administrators are offered everything.

Everything is offered to everyone until an administrator narrows it. A network that belongs to a
team, or to a person, is theirs alone.
"""

from django.db.models import Q, QuerySet

from accounts.access import Capability, Person, is_admin, is_auditor, on_whole_site
from accounts.in_teams import teams_where
from accounts.models import Team
from catalogue.models import ImageOffer, Size
from catalogue.sources import Source, all_sources
from hosts.models import Host, Network


def _offered(team: Team | None, prefix: str = "") -> Q:
    """Return the filter for offers to `team`, or to people by themselves."""
    everyone = Q(**{f"{prefix}for_everyone": True})
    return everyone | Q(**{f"{prefix}teams": team.pk}) if team is not None else everyone


def sizes_for(user: Person, team: Team | None = None) -> list[Size]:
    """Return the sizes to choose from, in order."""
    sizes = Size.objects.all()
    if not is_admin(user):
        sizes = sizes.filter(_offered(team)).distinct()
    return list(sizes)


def find_size(slug: str) -> Size | None:
    """Return the size of this slug, whoever is offered it."""
    return Size.objects.filter(slug=slug).first()


def find_size_for(user: Person, team: Team | None, slug: str) -> Size | None:
    """Return the size of this slug where it is offered."""
    size = find_size(slug)
    return size if size is not None and (is_admin(user) or size.is_for(team)) else None


def images_for(user: Person, team: Team | None = None) -> list[Source]:
    """Return what there is to start from: images, a medium, the network."""
    sources = all_sources()
    if is_admin(user):
        return sources
    closed = _closed_keys(team)
    return [source for source in sources if source.key not in closed]


def is_source_for(user: Person, team: Team | None, source: str) -> bool:
    """Say whether a machine may start from `source`: "image:…", "iso:…" or "network"."""
    if is_admin(user):
        return True
    key = source if source.startswith("image:") else source.partition(":")[0]
    return key not in _closed_keys(team)


def _closed_keys(team: Team | None) -> set[str]:
    offers = ImageOffer.objects.filter(for_everyone=False).prefetch_related("teams")
    return {offer.key for offer in offers if not offer.is_for(team)}


def networks_for(
    user: Person | None, team: Team | None = None, host: Host | None = None
) -> QuerySet[Network]:
    """Return the networks that machines of `team`, or the user's personal ones, may use."""
    networks = Network.objects.all()
    if host is not None:
        networks = networks.filter(host=host)
    if user is not None and is_admin(user):
        return networks
    return networks.filter(_own(user, team) | _shared(team)).distinct()


def seen_networks(user: Person) -> QuerySet[Network]:
    """Return the networks that any of the user's teams, or the user alone, may use."""
    if on_whole_site(user, Capability.HOST_VIEW) or is_auditor(user):
        return Network.objects.all()
    teams = teams_where(user, Capability.TEAM_VIEW)
    own = Q(team__in=teams) | _own(user, None)
    offered = Q(offer=None) | Q(offer__for_everyone=True) | Q(offer__teams__in=teams)
    return Network.objects.filter(own | (Q(team=None, owner=None) & offered)).distinct()


def _own(user: Person | None, team: Team | None) -> Q:
    if team is not None:
        return Q(team=team)
    return Q(team=None, owner=user) if user is not None and user.pk else Q(pk__in=[])


def _shared(team: Team | None) -> Q:
    """Return the filter for networks of nobody that are not kept from `team`."""
    return Q(team=None, owner=None) & (Q(offer=None) | _offered(team, "offer__"))
