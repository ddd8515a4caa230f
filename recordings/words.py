"""Every word that the player's scripts may show."""

from django.utils.translation import gettext as _


def player_words() -> dict[str, str]:
    """Return the words in the language of the request."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "nobody": _("Nobody"),
        "missing": _("{seconds} s are missing"),
        "away": _("The machine showed nothing"),
        "of": _("{at} of {length}"),
        "failed": _("The recording could not be loaded. Try again."),
        "back": _("The machine showed something again"),
        "drives": _("{name} drove"),
        "here": _("In the room: {names}"),
    }
