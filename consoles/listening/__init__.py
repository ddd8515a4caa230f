"""Text consoles that are listened to without anybody looking, by the wish of who may change them.

`choice` keeps the wish, `ears` does it in the gateway, `leases` says in Redis which gateway does
and what became of it, `shown` puts that into words.
"""
