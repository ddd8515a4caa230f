"""What browser, site and gateway agree on when a console's websocket is opened.

The browser offers two subprotocols, our own and the ticket; the answer names ours. So the ticket is
in no URL and in no access log.
"""

PROTOCOL = "guesthouse.console"
TICKET_PREFIX = "guesthouse.ticket."
SOCKET_PATH = "/console/ws"
