"""How a webhook's receiver knows that a message is ours and new."""

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """Return a secret to sign with."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return "v1=" and the HMAC-SHA256 over the time, a full stop and the body, in hex."""
    signed = f"{timestamp}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
