"""What a browser may do with our pages: load our own content, nothing inline, framed by nobody."""

from csp.constants import NONE, SELF

from .env import flag

TLS = flag("GUESTHOUSE_TLS")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": TLS,
    }
}

# Features of the browser: consoles use clipboard and full screen, sign-in uses passkeys.
OWN_FEATURES = (
    "clipboard-read",
    "clipboard-write",
    "fullscreen",
    "keyboard-map",
    "publickey-credentials-create",
    "publickey-credentials-get",
)
NO_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(
    [f"{name}=(self)" for name in OWN_FEATURES] + [f"{name}=()" for name in NO_FEATURES]
)

SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# Over https, cookies that no other host or subdomain can set.
SESSION_COOKIE_NAME = "__Host-session" if TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True  # our scripts read the token from the page
