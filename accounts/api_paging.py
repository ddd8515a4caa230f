"""One shape for every list of the API."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from ninja import Field, Schema

Item = TypeVar("Item")
LARGEST_PAGE = 200


class Paging(Schema):
    """Which part of a list is wanted."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 50


class Page(Schema, Generic[Item]):
    """A part of a list, and how long the list is."""

    items: list[Item]
    total: int
    page: int
    page_size: int


def page_of(rows: "QuerySet[Any] | Sequence[Any]", paging: Paging) -> dict[str, Any]:
    """Return the wanted part of `rows`; a page past the end is empty."""
    paginator = Paginator(rows, paging.page_size)
    total = paginator.count
    first = (paging.page - 1) * paging.page_size
    items = list(rows[first : first + paging.page_size]) if first < total else []
    return {"items": items, "total": total, "page": paging.page, "page_size": paging.page_size}
