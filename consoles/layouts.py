"""Which keyboard layouts can a guest have? The tables are files under static/layouts/."""

from typing import Any

from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LAYOUTS: dict[str, str | Promise] = {
    "us": _("English (US)"),
    "gb": _("English (UK)"),
    "de": _("German"),
    "fr": _("French"),
    "es": _("Spanish"),
    "ch": _("Swiss German"),
    "ch-fr": _("Swiss French"),
    "it": _("Italian"),
    "pl": _("Polish"),
    "se": _("Swedish"),
}
OF_LANGUAGE = {"de": "de", "en-gb": "gb"}


def typing_context() -> dict[str, Any]:
    """Return what the dialog for typing text is drawn from."""
    return {
        "layouts": LAYOUTS,
        "layout_urls": {slug: static(f"layouts/{slug}.json") for slug in LAYOUTS},
        "likely_layout": likely(get_language() or ""),
    }


def likely(language: str) -> str:
    """Return the layout that somebody who reads `language` probably gave the guest."""
    return OF_LANGUAGE.get(language, "us")
