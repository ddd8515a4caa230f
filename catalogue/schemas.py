"""The shapes of the catalogue in the API. Amounts are bytes."""

from decimal import Decimal
from typing import Annotated

from ninja import Field, Schema

from .models import Size
from .sources import Source

Name = Annotated[str, Field(min_length=1, max_length=40)]
Amount = Annotated[int, Field(ge=0, le=2**53)]
Price = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=4)]


class SizeOut(Schema):
    """A size that can be chosen."""

    slug: str
    name: str
    vcpus: int
    memory: int
    disk: int
    price_per_hour: Decimal
    needs_approval: bool

    @staticmethod
    def resolve_name(size: Size) -> str:
        """Return the name in the caller's language."""
        return size.label


class SizeAdmin(SizeOut):
    """A size with who is offered it."""

    position: int
    for_everyone: bool
    teams: list[str]

    @staticmethod
    def resolve_name(size: Size) -> str:
        """Return the name as it is kept."""
        return size.name

    @staticmethod
    def resolve_teams(size: Size) -> list[str]:
        """Return the slugs of the teams."""
        return sorted(team.slug for team in size.teams.all())


class SizesOut(Schema):
    """All sizes, in order."""

    items: list[SizeAdmin]


class SizeIn(Schema):
    """A new size."""

    name: Name
    slug: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]*$")] = ""
    vcpus: Amount
    memory: Amount
    disk: Amount
    price_per_hour: Price = Decimal(0)
    needs_approval: bool = False
    for_everyone: bool = True
    teams: list[str] = []


class SizePatch(Schema):
    """What can be changed of a size; what is left out stays."""

    name: Name | None = None
    vcpus: Amount | None = None
    memory: Amount | None = None
    disk: Amount | None = None
    price_per_hour: Price | None = None
    needs_approval: bool | None = None
    for_everyone: bool | None = None
    teams: list[str] | None = None


class SourceOut(Schema):
    """Something to start from; `key` is "image:<key>", "iso" or "network"."""

    key: str
    name: str

    @staticmethod
    def resolve_name(source: Source) -> str:
        """Return the name in the caller's language."""
        return str(source.name)


class CatalogueOut(Schema):
    """What the caller is offered in a team."""

    sizes: list[SizeOut]
    images: list[SourceOut]
    networks: list[str]
