"""The web process: pages and API over HTTP, live status and consoles over websockets."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hypervisor_site.settings")
# WhiteNoise hands out small static files as plain iterators; reading them whole is fine.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from consoles.routing import websocket_urlpatterns as console_sockets  # noqa: E402
from live.origin import SameOrigin  # noqa: E402
from live.routing import websocket_urlpatterns as live_sockets  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": SameOrigin(AuthMiddlewareStack(URLRouter(live_sockets + console_sockets))),
    }
)
