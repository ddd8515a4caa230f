"""Refuse to start while a route declares no capability."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.access import capability_of


def routes(patterns: Sequence[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every route below `patterns` with its view."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def operations() -> Iterator[tuple[str, Any]]:
    """Yield every operation of the API with the function that serves it."""
    from .api import api

    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"api/v1{prefix}{path} {'/'.join(operation.methods)}", operation.view_func


@register()
def every_route_declares_a_capability(**_kwargs: Any) -> list[CheckMessage]:
    """Name each route whose view says nothing about who may use it."""
    return [
        Error(f"/{path} declares no capability.", hint="Decorate the view with requires(…).")
        for path, view in (*routes(get_resolver().url_patterns), *operations())
        if capability_of(view) is None
    ]
