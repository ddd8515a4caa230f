"""Settings of the tests: own data folder, quick hashes, tasks run in place."""

import atexit
import os
import shutil
import tempfile


def _remove(folder: str, owner: int) -> None:
    """Remove the folder at the end of the process that made it, not of one forked from it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


# The browser driver keeps an event loop in the main thread, beside which tests use the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Each of several workers has its own folder, in which the processes that it starts find theirs.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if os.environ.get("GUESTHOUSE_TEST_WORKER") != _worker or "GUESTHOUSE_DATA" not in os.environ:
    _memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # no waiting for a disk
    _folder = tempfile.mkdtemp(prefix="guesthouse-test-", dir=_memory)
    os.environ["GUESTHOUSE_DATA"] = _folder
    atexit.register(_remove, _folder, os.getpid())
os.environ["GUESTHOUSE_TEST_WORKER"] = _worker

from hypervisor_site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, so that threads wait for each other's locks as they do in operation.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # noqa: F405
