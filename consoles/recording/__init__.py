"""How a console is recorded while it is open: beside the people in the room, never in their way."""
