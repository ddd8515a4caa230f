"""A real receiver on this machine, and a webhook that tells it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from accounts.models import Membership, Role, Team, User
from notices import services
from notices.models import Webhook


@dataclass
class Receiver:
    """An HTTP server that keeps what it got; `answers` is what it says, the last one for ever."""

    port: int = 0
    answers: list[tuple[int, dict[str, str], str]] = field(
        default_factory=lambda: [(200, {}, "thanks")]
    )
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?token=tok-in-the-address"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Serve on a free port until the test ends."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            kept.got.append((self.path, headers, self.rfile.read(length)))
            status, extra, text = kept.answers[0]
            if len(kept.answers) > 1:
                kept.answers.pop(0)
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(settings: Any) -> None:
    """Let webhooks reach this machine."""
    settings.WEBHOOK_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def webhook(ada: User, receiver: Receiver, allowed: None) -> Webhook:
    return services.create_webhook(ada, name="chat", url=receiver.url)


@pytest.fixture
def red(db: None, oli: User) -> Team:
    """A team that oli owns."""
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(team=team, user=oli, role=Role.OWNER)
    return team
