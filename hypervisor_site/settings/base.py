"""Everything Guesthouse can be told, with the defaults of `./guesthouse up`."""

from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .content_security import *  # noqa: F403
from .env import env, flag, networks, number, secret_key, syslog, text, words
from .logs import LOGGING  # noqa: F401

django_stubs_ext.monkeypatch()  # forms.ModelForm[User] and the like

BASE_DIR = Path(__file__).resolve().parents[2]
environ_file = BASE_DIR / ".env"
if environ_file.is_file():
    env.read_env(str(environ_file))

DATA_DIR = Path(text("GUESTHOUSE_DATA") or BASE_DIR / "var").resolve()
RUN_DIR = DATA_DIR / "run"
for folder in (DATA_DIR, RUN_DIR, DATA_DIR / "log", DATA_DIR / "images", DATA_DIR / "static"):
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = flag("DEBUG")
DEMO = flag("GUESTHOUSE_DEMO")
SECRET_KEY = secret_key(DATA_DIR)
# Newest first, between commas or on lines; without them a file in the data folder.
VAULT_KEYS = text("GUESTHOUSE_VAULT_KEYS").replace(",", " ").split()
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
SITE_NAME = text("GUESTHOUSE_SITE_NAME")
ADMIN_PASSWORD = text("GUESTHOUSE_ADMIN_PASSWORD")  # of the first administrator, read once

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "django_htmx",
    "django_cotton",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "csp",
    "vault",
    "accounts",
    "live",
    "jobs",
    "quotas",
    "approvals",
    "notices",
    "hosts",
    "catalogue",
    "vms",
    "screens",
    "backups",
    "transfers",
    "migration",
    "recordings",
    "addresses",
    "maintenance",
    "snapshots",
    "usage",
    "teams",
    "posture",
    "consoles",
    "hypervisor_site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "hypervisor_site.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jobs.middleware.DenialMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "hypervisor_site.middleware.PlainPathMiddleware",
    "accounts.middleware.CapabilityMiddleware",
    "hypervisor_site.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "hypervisor_site.urls"
ASGI_APPLICATION = "hypervisor_site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hypervisor_site.context.shell",
            ],
        },
    }
]

# Database: SQLite by default. IMMEDIATE takes the write lock at BEGIN, so that two writers queue
# instead of failing half-way.
DATABASE_URL = text("DATABASE_URL")
if DATABASE_URL:
    try:
        DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}.") from error
else:
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "db.sqlite3"}
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis carries messages and one-time tickets; losing it loses no accepted work.
REDIS_URL = text("REDIS_URL") or f"unix://{RUN_DIR / 'redis.sock'}?db=0"
REDIS_TIMEOUT = 1.0  # seconds

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "guesthouse_cache",
    }
}

CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": REDIS_TIMEOUT,
    "visibility_timeout": 3600,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "libvirt"
CELERY_TASK_STORE_EAGER_RESULT = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "clear-sessions": {"task": "jobs.tasks.clear_sessions", "schedule": 3600.0},
    "forward-audit": {
        "task": "jobs.tasks.forward_audit",
        "schedule": 5.0,
        "options": {"expires": 60},
    },
    "settle-usage": {"task": "usage.tasks.settle", "schedule": 300.0, "options": {"expires": 240}},
    "settle-leases": {"task": "vms.leases.settle", "schedule": 60.0, "options": {"expires": 50}},
    "settle-addresses": {
        "task": "addresses.tasks.settle",
        "schedule": 300.0,
        "options": {"expires": 240},
    },
    "keep-snapshots": {
        "task": "snapshots.tasks.keep",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "read-snapshots": {
        "task": "snapshots.tasks.read",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "tell-of-idle": {"task": "vms.idle.tell", "schedule": 3600.0, "options": {"expires": 3000}},
    "keep-recordings": {
        "task": "recordings.tasks.settle",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "settle-migrations": {
        "task": "migration.tasks.settle",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    "find-copies": {"task": "vms.copies.detect", "schedule": 10.0, "options": {"expires": 20}},
    "balance-machines": {
        "task": "maintenance.tasks.balance",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "sweep-files": {"task": "transfers.sweep", "schedule": 900.0, "options": {"expires": 800}},
    "settle-posture": {
        "task": "posture.tasks.settle",
        "schedule": 300.0,
        "options": {"expires": 280},
    },
    "read-record": {
        "task": "posture.tasks.read_record",
        "schedule": 21600.0,
        "options": {"expires": 3600, "queue": "heavy"},
    },
    # What is new is sent when it is written; this is for what has to be tried again.
    "send-notices": {"task": "notices.tasks.send", "schedule": 15.0, "options": {"expires": 60}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# People. Read here, after .env.
from .sign_in import *  # noqa: E402, F403

# Notices. Mail is off until EMAIL_URL names a server: smtp+tls://user:password@mail.example:587.
EMAIL_URL = text("EMAIL_URL")
MAIL_IS_ON = bool(EMAIL_URL)
try:
    vars().update(env.email_url_config(EMAIL_URL or "dummymail://"))
except (KeyError, ValueError) as error:
    raise ImproperlyConfigured(f"EMAIL_URL cannot be read: {error}.") from error
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("GUESTHOUSE_MAIL_FROM", "guesthouse@localhost")
SITE_URL = text("GUESTHOUSE_URL")  # our own address, for links in messages
AUDIT_SYSLOG = syslog("GUESTHOUSE_AUDIT_SYSLOG")
if not AUDIT_SYSLOG:
    del CELERY_BEAT_SCHEDULE["forward-audit"]  # a round of beat, broker and worker for nothing
WEBHOOK_ALLOW = networks("GUESTHOUSE_WEBHOOK_ALLOW")  # inside addresses that may be told

# Machines that belong to no team: days after their end until they go into the recycle bin, and days
# in there (0: no bin); a team has its own. Machines count as idle after so many days without use.
ENDED_DAYS = number("GUESTHOUSE_ENDED_DAYS", 7, low=1, high=3650)
BIN_DAYS = number("GUESTHOUSE_BIN_DAYS", 14, low=0, high=3650)
SNAPSHOT_DAYS = number("GUESTHOUSE_SNAPSHOT_DAYS", 30, low=1, high=3650)  # then they are old
SNAPSHOT_LAYERS = number("GUESTHOUSE_SNAPSHOT_LAYERS", 10, low=2, high=200)  # behind one disk
IDLE_DAYS = number("GUESTHOUSE_IDLE_DAYS", 14, low=1, high=3650)

# Migrations out of and into one host at the same time; more wait.
MIGRATIONS_AT_ONCE = number("GUESTHOUSE_MIGRATIONS_AT_ONCE", 2, low=1, high=100)

# Language and time
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "hypervisor_site" / "locale"]
USE_TZ = True
TIME_ZONE = text("TIME_ZONE", "UTC")

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Not compressed here: that takes a minute of a core and the first start waits for it. For slow
    # lines run `python -m whitenoise.compress` on STATIC_ROOT once.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Hypervisors
CONSOLE_SOCKET = Path(text("CONSOLE_SOCKET", str(RUN_DIR / "console.sock")))
CONSOLE_SOCKET_GROUP = text("CONSOLE_SOCKET_GROUP")  # whom beside us to let in: nginx
CONSOLE_LIMIT = number("CONSOLE_LIMIT", 400, low=1, high=400)
CONSOLES_PER_USER = number("CONSOLES_PER_USER", 20, low=1, high=400)
CONSOLES_PER_MACHINE = number("CONSOLES_PER_MACHINE", 10, low=1, high=400)
CONSOLES_PER_LINK = number("CONSOLES_PER_LINK", 5, low=1, high=400)
CONSOLE_LISTENERS = number("CONSOLE_LISTENERS", 200, low=0, high=2000)  # text consoles
SCREEN_BLANK_MINUTES = number("SCREEN_BLANK_MINUTES", 1, low=1, high=1440)
CONSOLE_LINKS = text("CONSOLE_LINKS", "people")  # to personal machines: off, people or anyone
CONSOLE_RECORDING = text(
    "CONSOLE_RECORDING", "demand"
)  # of personal machines: never, demand, always
RECORDINGS_DAYS = number("RECORDINGS_DAYS", 30, low=0, high=3650)  # the same; 0: kept until deleted
RECORDING_MIB = number("RECORDING_MIB", 512, low=1, high=1_000_000)  # of one recording
RECORDINGS_TEAM_MIB = number("RECORDINGS_TEAM_MIB", 10_240, low=1, high=100_000_000)
RECORDINGS_MIB = number("RECORDINGS_MIB", 51_200, low=1, high=100_000_000)  # of all together
RECORDING_VIDEO_MIB = number("RECORDING_VIDEO_MIB", 512, low=1, high=1_000_000)  # of one video
RECORDING_VIDEO_HOURS = number("RECORDING_VIDEO_HOURS", 24, low=1, high=8760)  # it is kept
RECORDINGS_FREE_MIB = number("RECORDINGS_FREE_MIB", 1024, low=0, high=100_000_000)  # left on disk
TRANSFER_MOST = 1024**2 * number("GUESTHOUSE_FILE_MIB", 100, low=1, high=4096)  # one file, bytes
TRANSFER_ROOM = 1024**2 * number("GUESTHOUSE_FILES_MIB", 2048, low=1, high=1024**2)  # all waiting
GUESTHOUSE_NETWORK_POOL = text("GUESTHOUSE_NETWORK_POOL", "10.200.0.0/16")  # for own networks
WATCH_INTERVAL = number("WATCH_INTERVAL", 10, low=1, high=300)  # seconds, nobody watching
WATCH_INTERVAL_ACTIVE = 2  # seconds, somebody watching
