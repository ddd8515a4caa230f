"""Is websockify used without numpy, and are masked frames read as with it?"""

import os
import subprocess
import sys

import pytest

from consoles.gateway.websocket import ConsoleSocket
from launcher.places import BASE_DIR


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 8, 1023, 65_537])
def test_a_mask_is_applied_byte_by_byte(size: int) -> None:
    data, mask = os.urandom(size), b"\x00\xff\x5a\x81"
    plain = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
    unmask = ConsoleSocket.__new__(ConsoleSocket)._unmask
    assert unmask(data, mask) == plain
    assert unmask(bytearray(data), bytearray(mask)) == plain


def test_the_gateway_comes_without_numpy_and_its_threads() -> None:
    code = (
        "import django, sys; django.setup(); import consoles.gateway.server\n"
        "assert 'numpy' not in sys.modules and 'websockify' in sys.modules\n"
        "import os; assert len(os.listdir('/proc/self/task')) == 1\n"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings"}
    subprocess.run([sys.executable, "-c", code], cwd=BASE_DIR, env=env, check=True)
