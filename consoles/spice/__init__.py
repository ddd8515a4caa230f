"""The SPICE protocol, as much of it as a console gateway has to speak."""
