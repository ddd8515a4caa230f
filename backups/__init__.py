"""Copies of whole machines, kept on the host, from which a machine is made again."""
