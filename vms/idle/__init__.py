"""Machines that nobody seems to use: what counts as use, which ones show none, and who is told.

Use is what people do with a machine (its power, its consoles) and what it does itself: processors
or network busy for a good part of an hour. What a guest does quietly is not seen, so that a machine
is only said to be idle, and nothing is done to it.
"""
