"""What browser, site and gateway agree on when a console's websocket is opened.

The browser offers two subprotocols, our own and the ticket; the answer names ours. So the ticket is
in no URL and in no access log.

What shows and what is typed are binary messages. The one text there is, a probe, comes back as it
was: by it the browser measures the way, which may lead through more than one websocket.
"""

PROTOCOL = "guesthouse.console"
TICKET_PREFIX = "guesthouse.ticket."
SOCKET_PATH = "/console/ws"
PROBE = "probe "  # and a number
MOST_PROBE = 24  # bytes


def is_probe(text: str) -> bool:
    """Say whether a text measures the way."""
    return text.startswith(PROBE) and len(text) <= MOST_PROBE
