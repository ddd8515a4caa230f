"""What the gateway takes from websockify, imported without numpy.

websockify wants numpy for one XOR and takes all of it: 25 MB and a thread for each core, which a
process that is about to fork must not have. `ConsoleSocket` does that XOR itself.
"""

import sys
import warnings

_SPARED = "numpy"
_is_spared = _SPARED not in sys.modules
if _is_spared:
    sys.modules[_SPARED] = None  # type: ignore[assignment]  # what makes `import` fail
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from websockify.websocket import WebSocketWantReadError, WebSocketWantWriteError
        from websockify.websocketproxy import ProxyRequestHandler
        from websockify.websockifyserver import CompatibleWebSocket
finally:
    if _is_spared:
        del sys.modules[_SPARED]

__all__ = [
    "CompatibleWebSocket",
    "ProxyRequestHandler",
    "WebSocketWantReadError",
    "WebSocketWantWriteError",
]
