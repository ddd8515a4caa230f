"""How a server inside a machine is reached, and by what it is known again."""
