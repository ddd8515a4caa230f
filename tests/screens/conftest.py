"""Redis for pictures, and pictures themselves."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from live.redis import bytes_client
from tests.services import live_redis, redis_server  # noqa: F401


def png(picture: Image.Image) -> bytes:
    """Return a picture as a host sends it."""
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def screens_redis(live_redis) -> object:  # noqa: F811
    """Redis, empty, for pictures too."""
    bytes_client.cache_clear()
    yield live_redis
    bytes_client.cache_clear()


@pytest.fixture
def painted() -> Callable[..., bytes]:
    """Return a picture of one colour as a host sends it."""

    def paint(colour: str = "navy", size: tuple[int, int] = (640, 400)) -> bytes:
        return png(Image.new("RGB", size, colour))

    return paint
