"""Every setting, read from the environment; see docs/production.md for the table of variables.

Three ways of running share this file: `make run` (DEMO=1: one process, SQLite, mail kept on a page),
the tests (`tests/settings.py`) and production (DATABASE_URL, REDIS_URL, SITE_URL, SECRET_KEY required).
"""

import secrets
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cmtl.retention import length

BASE_DIR = Path(__file__).resolve().parent.parent
zoneinfo.reset_tzpath(())  # the hours of the locked `tzdata`, not those of a system that may be years old

env = environ.FileAwareEnv()
env.smart_cast = False


def setting(name: str, default: str = "") -> str:
    """A variable, or the content of the file named by NAME_FILE; an empty value counts as unset."""
    return env.str(name, default="").strip() or default


def flag(name: str, default: bool = False) -> bool:
    return setting(name, str(default)).lower() in ("1", "true", "yes", "on")


DEMO = flag("DEMO")
DEBUG = flag("DEBUG")
DATA_DIR = Path(setting("DATA_DIR", str(BASE_DIR / "var")))
KEYRING_DIR = Path(setting("KEYRING_DIR", str(DATA_DIR / "keyring")))
KEYRING_ESCROWED = flag("KEYRING_ESCROWED")  # said on the privacy page
SITE_URL = setting("SITE_URL", "http://localhost:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
SECURE = SITE_URL.startswith("https://")


def secret_key() -> str:
    """The given key, or one kept in the data folder: only a demonstration may invent its own."""
    if given := setting("SECRET_KEY"):
        return given
    if not (DEMO or DEBUG):
        raise ImproperlyConfigured("SECRET_KEY (or SECRET_KEY_FILE) is required.")
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text()


SECRET_KEY = secret_key()


def field_keys() -> list[str]:
    """Newest first: see `cmtl.encrypted`. Production is given them, in no dump and not made of another secret."""
    given = setting("FIELD_KEYS").replace(",", " ").split()
    if not given and SECURE and not (DEMO or DEBUG):
        raise ImproperlyConfigured("FIELD_KEYS (or FIELD_KEYS_FILE) is required.")
    return given


FIELD_KEYS = field_keys()
ALLOWED_HOSTS = [SITE_HOST, *(["localhost", "127.0.0.1"] if not SECURE else [])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if SECURE:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_AGE = int(length("sessions").total_seconds())
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer would empty Origin and break the CSRF check
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "accounts",
    "outbox",
    "communities",
    "meetings",
    "evaluations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "template_partials",
    "django_htmx",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "cmtl.middleware.health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cmtl.middleware.plain_lines",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.web.middleware.preferences",
    "accounts.web.middleware.acting",
    "accounts.web.middleware.signing_out",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cmtl.middleware.htmx",
    "communities.web.middleware.second_factor",
    "evaluations.web.today.bell.forget_after_a_post",
]
ROOT_URLCONF = "cmtl.urls"
WSGI_APPLICATION = "cmtl.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
LOADERS = ["cmtl.template_loader.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", LOADERS)])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cmtl.context.site",
            ],
            "builtins": ["cmtl.templatetags.cmtl"],
            "libraries": {"cmtl": "cmtl.templatetags.cmtl", "lucide": "cmtl.templatetags.icons"},
        },
    }
]

# ---------------------------------------------------------------- data
# Given to the processes that migrate and clean, and to no other: they own the tables (docs/production.md).
MAINTENANCE_DATABASE_URL = setting("MAINTENANCE_DATABASE_URL")
DATABASE_URL = setting("DATABASE_URL", f"sqlite:///{DATA_DIR / 'cmtl.sqlite3'}")
DATABASES = {"default": env.db_url_config(MAINTENANCE_DATABASE_URL or DATABASE_URL)}
APPLICATION_ROLE = urlsplit(DATABASE_URL).username or "" if MAINTENANCE_DATABASE_URL else ""
ON_SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
if ON_SQLITE:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Values travel apart from the statement, so that no log of the server can quote a statement that holds one.
    DATABASES["default"] |= {
        "ENGINE": "cmtl.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True},
    }
    application, maintenance = setting("DATABASE_PASSWORD"), setting("MAINTENANCE_DATABASE_PASSWORD")
    if password := maintenance if MAINTENANCE_DATABASE_URL else application:
        DATABASES["default"]["PASSWORD"] = password
REDIS_URL = setting("REDIS_URL")
if REDIS_URL:
    SEALED = {"serializer": "cmtl.caching.SealedSerializer"}
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_FUNCTION": "cmtl.caching.digest_of",
            "OPTIONS": SEALED,
        },
        "sessions": {
            "BACKEND": "cmtl.sessions.SessionCache",
            "LOCATION": REDIS_URL,
            "KEY_FUNCTION": "cmtl.caching.digest_of",
            "TIMEOUT": 60,  # seconds: the longest that a session ended while Redis was away can last
            "OPTIONS": SEALED | {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        },
    }
    # Only with Redis, which all processes share: a memory for each would keep sessions that another has ended.
    SESSION_ENGINE, SESSION_CACHE_ALIAS = "django.contrib.sessions.backends.cached_db", "sessions"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "static/"
STATIC_ROOT = Path(setting("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["cmtl.one_file.OneFileFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ---------------------------------------------------------------- languages and time
LANGUAGE_CODE = "fr-ca"
LANGUAGES = [("fr-ca", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cmtl.formats"]
TIME_ZONE = "America/Toronto"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# ---------------------------------------------------------------- who signs in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "outbox.web.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = {"password"}  # a passkey is proof enough
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_FORMAT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {
    "numeric": True,
    "length": 6,
    "dashed": False,
}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "cmtl"
MFA_REQUIRED = flag("MFA_REQUIRED", not DEMO)
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = int(setting("TRUSTED_PROXIES", "1" if SECURE else "0"))

# ---------------------------------------------------------------- pages
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# ---------------------------------------------------------------- mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = setting("EMAIL_HOST", "localhost")
EMAIL_PORT = int(setting("EMAIL_PORT", "25"))
EMAIL_HOST_USER = setting("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = setting("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 30
OUTBOX_WAIT = int(setting("OUTBOX_WAIT", "10"))  # seconds during which who sends a mail can take it back
OUTBOX_LEASE = int(setting("OUTBOX_LEASE", "300"))  # seconds: twice the time-outs of one mail, or more
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # the outbox itself is the mailbox: /courriels/
DEFAULT_FROM_EMAIL = SERVER_EMAIL = setting(
    "DEFAULT_FROM_EMAIL", f"Communautés de pratique <ne-pas-repondre@{SITE_HOST}>"
)
# Who answers for what people write (`cmtl.keeper`); production is given all of them.
PRIVACY_OFFICER = setting("PRIVACY_OFFICER", f"vie-privee@{SITE_HOST}")
PRIVACY_OFFICER_NAME = setting("PRIVACY_OFFICER_NAME")
PRIVACY_OFFICER_TITLE = setting("PRIVACY_OFFICER_TITLE")
ORGANISATION_NAME = setting("ORGANISATION_NAME")
ORGANISATION_ADDRESS = setting("ORGANISATION_ADDRESS")
if DEMO:
    PRIVACY_OFFICER_NAME, PRIVACY_OFFICER_TITLE = "Ada Opératrice", "directrice générale"
    ORGANISATION_NAME, ORGANISATION_ADDRESS = "Organisme inventé", "1, rue de l’Exemple, Montréal (Québec) H2X 1Y4"

# ---------------------------------------------------------------- work in the background
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # no retry: a page does not wait for a broker that is down, and workers look for theirs without end
    {"visibility_timeout": 120, "socket_timeout": 10, "socket_connect_timeout": 5, "max_retries": 0}
    if REDIS_URL
    else {"polling_interval": 0.1}
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 240, 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TIMEZONE = "UTC"
# Asked by those who do not own the tables, of the one worker that does.
CELERY_TASK_ROUTES = dict.fromkeys(
    ["evaluations.tasks.clean", "accounts.tasks.let_go_of_old_audit"], {"queue": "maintenance"}
)
# The whole timetable. Every task asks « what is due? », so that a missed or doubled tick changes nothing.
CELERY_BEAT_SCHEDULE = {
    "audit log": {"task": "accounts.tasks.link_audit", "schedule": schedule(60)},
    "head of the audit log": {"task": "accounts.tasks.say_audit_head", "schedule": schedule(24 * 3600)},
    "deliver mail": {"task": "outbox.tasks.deliver", "schedule": schedule(10)},
    "heartbeat": {"task": "outbox.tasks.heartbeat", "schedule": schedule(30)},
    "meeting reminders": {"task": "meetings.tasks.send_due_reminders", "schedule": schedule(60)},
    "nudges after a meeting": {"task": "meetings.tasks.send_due_nudges", "schedule": schedule(600)},
    "attendance files": {"task": "meetings.tasks.forget_old_files", "schedule": schedule(3600)},
    "needs said for a meeting": {"task": "meetings.tasks.erase_needs", "schedule": schedule(3600)},
    "what lasts a meeting": {
        "task": "meetings.tasks.forget_what_was_for_the_meeting",
        "schedule": schedule(3600),
    },
    "surveys": {"task": "evaluations.tasks.tend_surveys", "schedule": schedule(60)},
    "lists of members": {"task": "communities.tasks.tend_lists", "schedule": schedule(30)},
    "merges": {"task": "communities.tasks.forget_merges", "schedule": schedule(600)},
    "mails of Monday": {"task": "evaluations.tasks.send_monday_mails", "schedule": schedule(1800)},
    "reports": {"task": "evaluations.tasks.build_waiting_reports", "schedule": schedule(30)},
    "testimonials in reports": {"task": "evaluations.tasks.reissue_reports", "schedule": schedule(600)},
    "planned ends": {"task": "communities.tasks.notice_planned_ends", "schedule": schedule(3600)},
    "testimonials": {"task": "communities.tasks.tend_testimonials", "schedule": schedule(3600)},
    "requests to destroy": {"task": "communities.tasks.remind_of_destructions", "schedule": schedule(3600)},
    "what erasures leave": {"task": "outbox.tasks.finish_erasures", "schedule": schedule(60)},
    "applications": {"task": "communities.tasks.forget_applications", "schedule": schedule(3600)},
    "conversations asked for": {"task": "evaluations.tasks.tell_of_requests", "schedule": schedule(600)},
    "old follow-ups": {"task": "evaluations.tasks.destroy_old_follow_ups", "schedule": schedule(3600)},
    "old answers": {"task": "evaluations.tasks.forget_old_answers", "schedule": schedule(3600)},
    "old proofs": {"task": "communities.tasks.forget_old_proofs", "schedule": schedule(3600)},
    "old consents": {"task": "meetings.tasks.forget_old_consents", "schedule": schedule(3600)},
    "anonymising": {"task": "meetings.tasks.anonymise", "schedule": schedule(3600)},
    "old audit": {"task": "accounts.tasks.forget_old_audit", "schedule": schedule(3600)},
    "old mails": {"task": "outbox.tasks.forget_old_mails", "schedule": schedule(3600)},
    "ended sessions": {"task": "accounts.tasks.forget_sessions", "schedule": schedule(3600)},
    "archives": {"task": "evaluations.tasks.tend_archives", "schedule": schedule(60)},
}

LOG_LEVEL = setting("LOG_LEVEL", "WARNING" if DEMO else "INFO")
# Below INFO, what others write quotes statements, tasks and contexts of templates whole.
NOT_BELOW_INFO = {"level": "INFO" if LOG_LEVEL in ("DEBUG", "NOTSET") else LOG_LEVEL}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "cmtl.logs.Discreet"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        **dict.fromkeys(("allauth", "asyncio", "celery", "kombu", "psycopg", "redis"), NOT_BELOW_INFO),
        "django": {"handlers": [], **NOT_BELOW_INFO},  # Django's own would also mail whole requests
        "django.server": {"handlers": [], "propagate": True},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
