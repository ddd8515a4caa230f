"""Every word that the scripts of the console room may show."""

from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .closing import CLOSINGS


class ClosingWords(TypedDict):
    """What the page does about one reason for closing."""

    words: str
    retry: str


class RoomWords(TypedDict):
    """The words of the room in the reader's language."""

    closings: dict[str, ClosingWords]
    says: dict[str, str]


def words() -> RoomWords:
    """Return the words in the language of the request."""
    return {
        "closings": {
            key: {"words": str(closing.words), "retry": closing.retry}
            for key, closing in CLOSINGS.items()
        },
        "says": {
            "connecting": _("Connecting…"),
            "connected": _("Connected"),
            "viewing": _("Connected, view only"),
            "still": _("Connected. The machine stands still."),
            "needs-connection": _("This works while the console is connected."),
            "not-connected": _("Not connected"),
            "again": _("Try {count}. The next one is in {seconds} s."),
            "trying": _("Try {count}…"),
            "lost": _("The connection was lost."),
            "away": _("Guesthouse does not answer."),
            "offline": _("This device has no network connection."),
            "failed": _("The screen sent something that cannot be drawn."),
            "keys-guest": _("Keys go to the guest. Press Ctrl Alt alone to get them back."),
            "keys-here": _("Click the screen to type into the guest."),
            "news-me": _("You drive now."),
            "news-driver": _("{name} drives now."),
            "news-free": _("Nobody drives now."),
            "news-asks": _("{name} asks to drive."),
            "news-declined": _("{name} keeps driving for now. You can ask again."),
            "news-came": _("{name} is in the room."),
            "news-left": _("{name} has left the room."),
            "news-recorded": _("This console is recorded from now on."),
            "news-unrecorded": _("This console is no longer recorded."),
            "keys-other": _("{name} drives. The server drops your keys and clicks."),
            "keys-free": _("Nobody drives. Press Drive to type into the guest."),
            "keys-none": _("View only: the server drops keys and clicks."),
            "type": pgettext("verb", "Type"),
            "stop": _("Stop"),
            "layout-away": _("The layout could not be loaded. Try again."),
            "layout-lacks": _("This layout has no keys for: {signs}"),
            "typed-part": _("Stopped after {done} of {all} signs."),
            "clipboard-long": _("This text is longer than 256 KiB."),
            "clipboard-sent": _("Offered to the guest: paste it there."),
            "clipboard-heard": _("The guest copied this."),
            "ssh-asks": _("The machine asks something."),
            "ssh-answer": _("Your answer"),
            "ssh-file": _("This file is too long for a private key."),
            "rdp-loading": _("Loading the program for RDP…"),
            "rdp-not-loaded": _("The program for RDP could not be loaded. Load the page again."),
            "rdp-old-browser": _(
                "This browser runs no WebAssembly, which RDP needs. Use another browser, or switch "
                "it on in this one."
            ),
            "rdp-failed": _("The machine's desktop could not be opened. Try it again."),
            "rdp-size": _("Connected. The machine keeps the size of its desktop."),
            "fit": _("Fit"),
            "one": _("Real size"),
            "remote": _("Guest's size"),
            "full-impossible": _("This browser has no full screen for pages."),
        },
    }
