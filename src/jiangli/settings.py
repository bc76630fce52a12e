"""Settings of an installation, read from the environment; the defaults serve the demonstration."""

import os
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

HERE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("JIANGLI_VAR", "var")).resolve()
KEYS = VAR / "keys"
FILES = VAR / "files"
OUTBOX = VAR / "outbox"

DEBUG = os.environ.get("JIANGLI_DEBUG") == "1"


def _demo_day() -> date | None:
    """The day of a demonstration: from the environment (empty for none), else as ``make serve`` noted it."""
    file, given = VAR / "demo-day", os.environ.get("JIANGLI_DEMO_DAY")
    if given is None and file.is_file():
        given = file.read_text("ascii").strip()
    return date.fromisoformat(given) if given else None


DEMO_DAY = _demo_day()
ALLOWED_HOSTS = os.environ.get("JIANGLI_HOSTS", "127.0.0.1,localhost").split(",")


def _secret() -> str:
    file = KEYS / "django"
    return file.read_text("ascii") if file.exists() else "only-until-jiangli-keys-has-run"


SECRET_KEY = _secret()


def _database(url: str) -> dict[str, object]:
    """One address for both databases: ``sqlite:///file`` or ``postgres://user:word@host/name?host=/socket``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        file = parts.path[1:]
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
            "TEST": {
                "NAME": os.environ.get("JIANGLI_TEST_DATABASE") or str(Path(file).with_name("test.sqlite3"))
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": query.get("user") or unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host") or parts.hostname or "",
            "PORT": query.get("port") or str(parts.port or ""),
            "CONN_MAX_AGE": None,
        }
    raise ValueError(f"JIANGLI_DATABASE_URL begins with {parts.scheme!r}; use sqlite:/// or postgres://")


DATABASES = {
    "default": _database(os.environ.get("JIANGLI_DATABASE_URL") or f"sqlite:///{VAR / 'jiangli.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {  # counts wrong codes: one count for all processes, and it outlives a restart
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

INSTALLED_APPS = [
    "jiangli.looks",
    "jiangli.audit",
    "jiangli.accounts",
    "jiangli.programmes",
    "jiangli.registers",
    "jiangli.correspondence",
    "jiangli.applications",
    "jiangli.reviews",
    "jiangli.payments",
    "jiangli.public",
    "jiangli.staff",
    "jiangli.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jiangli.urls"
WSGI_APPLICATION = "jiangli.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jiangli.looks.context.page",
                "jiangli.staff.context.desk",
                "jiangli.public.context.acting",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "jiangli.looks.forms.Renderer"

# --- who
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "public:home"
ACCOUNT_SESSION_REMEMBER = False  # office machines are shared
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "jiangli.accounts.adapter.StaffAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Jiangli"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = [
    "axes.W006"
]  # an account is locked whoever guesses; addresses are shared in an office
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key"}  # codes of the second step; axes counts passwords
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("JIANGLI_HTTPS") == "1"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- what a page may load: nothing from elsewhere, no inline script or style
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
CSRF_FAILURE_VIEW = "jiangli.public.views.errors.stale_form"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# --- words, days and numbers
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- jobs and messages
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
MESSAGE_GATEWAYS = os.environ.get("JIANGLI_GATEWAYS", "console,file").split(",")
CARRIER = os.environ.get("JIANGLI_CARRIER")  # the file that connects an SMS carrier
CARRIER_SECRET = os.environ.get("JIANGLI_CARRIER_SECRET", "")
RECEIPT_SECRET = os.environ.get("JIANGLI_RECEIPT_SECRET", "")  # without one no receipts are taken

# --- uploads: per file and per picture
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
UPLOAD_MAX_PIXELS = 50_000_000
UPLOAD_MAX_PAGES = 20
UPLOAD_MAX_FILES_PER_MATERIAL = 6
UPLOAD_MAX_FILES_EVER = 30  # of one material, removed ones included: those stay stored
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "jiangli": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django_tasks": {"level": "WARNING"},  # a line for every task would hide the rest
        "django_tasks_db": {"level": "WARNING"},
    },
}
