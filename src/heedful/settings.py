"""Django's settings, made from the typed table in `settings_table.py`. Nothing here is read from the environment directly."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

from heedful.detection.values import Layer
from heedful.first_start import ensure_folder, secret_from_file
from heedful.people.sign_in.providers import PROVIDER_CLASS, providers_of
from heedful.settings_table import SettingsError, layers_of, read_settings, stop_on_fault

try:
    VALUES = read_settings()
except SettingsError as fault:
    stop_on_fault(fault)

PACKAGE = Path(__file__).parent
DATA_DIR = ensure_folder(VALUES.path("HEEDFUL_DATA_DIR") or Path("data").absolute())
KEYS_DIR = DATA_DIR / "keys"
DEMO = VALUES.flag("HEEDFUL_DEMO")
DEBUG = VALUES.flag("HEEDFUL_DEBUG")
SECRET_KEY = VALUES.text("HEEDFUL_SECRET_KEY") or secret_from_file(KEYS_DIR / "session.key")
INSTALLATION_KEY = VALUES.text("HEEDFUL_INSTALLATION_KEY")  # empty: vault/ keeps it in KEYS_DIR

DETECTION_LAYERS: frozenset[Layer] = frozenset(cast(Layer, word) for word in layers_of(VALUES.text("HEEDFUL_DETECTION_LAYERS")))

PUBLIC_URL = VALUES.text("HEEDFUL_PUBLIC_URL").rstrip("/")
DEVICE_URL = (VALUES.text("HEEDFUL_DEVICE_URL") or PUBLIC_URL).rstrip("/")
_https = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = sorted({urlsplit(url).hostname or "localhost" for url in (PUBLIC_URL, DEVICE_URL)} | {"localhost", "127.0.0.1"})
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if _https else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "huey.contrib.djhuey",
    "heedful.web",
    "heedful.audit",
    "heedful.vault",
    "heedful.people",
    "heedful.escalation",
    "heedful.thresholds",
    "heedful.devices",
    "heedful.captures",
    "heedful.captures.second_look",
    "heedful.programme",
    "heedful.programme.working_group",
    "heedful.programme.plan",
    "heedful.programme.calibration",
    "heedful.programme.policies",
    "heedful.programme.pilot",
    "heedful.programme.pilot.measures",
    "heedful.programme.pilot.parallel",
    "heedful.programme.communication",
    "heedful.programme.training",
    "heedful.programme.launch",
    "heedful.programme.board",
    "heedful.assurance",
    "heedful.assurance.dpia",
    "heedful.assurance.transparency",
    "heedful.assurance.reviews",
    "heedful.gateway",
    "heedful.demo",
]

MIDDLEWARE = [
    "heedful.gateway.middleware.DevicesDoor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "heedful.people.middleware.SessionLimits",
    "heedful.people.middleware.SecondFactorRequired",
    "heedful.people.clearance.middleware.PracticeAndClearance",
    "heedful.escalation.middleware.ReadingWatch",
]

ROOT_URLCONF = "heedful.urls"
WSGI_APPLICATION = "heedful.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "heedful.navigation.navigation",
            ],
        },
    },
]


def database_from_url(url: str) -> dict[str, Any]:
    """Turn HEEDFUL_DATABASE_URL into Django's table; SQLite waits for its turn and begins IMMEDIATE."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path)[1:] or ":memory:",  # sqlite:////absolute, sqlite:///relative
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        query = parse_qs(parts.query)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or query.get("user", [""])[0]),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host", [parts.hostname or ""])[0],
            "PORT": str(parts.port or query.get("port", [""])[0]),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    stop_on_fault(SettingsError(f"HEEDFUL_DATABASE_URL: got the scheme '{parts.scheme}'; it takes 'sqlite' or 'postgresql'"))
    raise AssertionError


DATABASES = {"default": database_from_url(VALUES.text("HEEDFUL_DATABASE_URL") or f"sqlite:///{DATA_DIR / 'heedful.sqlite3'}")}

# A queue file of its own: losing it loses nothing, due work lives in rows of the database.
HUEY = {
    "huey_class": "huey.SqliteHuey",
    "name": "heedful",
    "filename": str(DATA_DIR / "queue.sqlite3"),
    "immediate": False,
    "results": False,
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "heedful.people.adapter.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the school, not by sign-up
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # asking to reset a stranger's password mails nobody
ACCOUNT_SESSION_REMEMBER = False  # nobody stays signed in past the limits below
ACCOUNT_RATE_LIMITS = {"login_failed": "5/h/key,20/h/ip", "login": "60/h/ip"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
SOCIALACCOUNT_ADAPTER = "heedful.people.adapter.SchoolAccount"
SOCIALACCOUNT_PROVIDERS = {PROVIDER_CLASS: {"APPS": providers_of(VALUES)}}
SIGN_IN_TRUSTS_SECOND_FACTOR = VALUES.flag("HEEDFUL_SIGN_IN_TRUSTS_SECOND_FACTOR")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Heedful"

# Shared by all processes of the installation, so that the sign-in limits count together.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(DATA_DIR / "cache")}}

SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 8 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-heedful" if _https else "heedful"
CSRF_COOKIE_NAME = "__Host-heedful-csrf" if _https else "heedful-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_SSL_REDIRECT = False  # the proxy or the listener does it; the devices' door may share the process
# What a proxy says of the asker is put into REMOTE_ADDR in wsgi.py, from these alone; nothing else reads X-Forwarded-… headers, allauth neither.
TRUSTED_PROXIES = VALUES.text("HEEDFUL_TRUSTED_PROXIES").split()
SECURE_REFERRER_POLICY = "same-origin"  # not "no-referrer": with it browsers send forms with `Origin: null`, which CSRF refuses
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],  # no script of the console turns text into markup
    },
}

EMAIL_HOST = VALUES.text("HEEDFUL_EMAIL_HOST")
EMAIL_PORT = VALUES.number("HEEDFUL_EMAIL_PORT")
EMAIL_HOST_USER = VALUES.text("HEEDFUL_EMAIL_USER")
EMAIL_HOST_PASSWORD = VALUES.text("HEEDFUL_EMAIL_PASSWORD")
EMAIL_USE_TLS = VALUES.flag("HEEDFUL_EMAIL_STARTTLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = VALUES.text("HEEDFUL_EMAIL_FROM")
OUTBOX_DIR = DATA_DIR / "outbox"
EMAIL_FILE_PATH = str(OUTBOX_DIR)
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"

ROLL_DIR = VALUES.path("HEEDFUL_ROLL_DIR")
ROLL_HOUR = VALUES.number("HEEDFUL_ROLL_HOUR")
# A roll is names: what people upload never touches a disk in clear. Larger ones than this are not taken at all.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 33 * 1024 * 1024

LANGUAGE_CODE = "en-gb"
TIME_ZONE = VALUES.text("HEEDFUL_TIME_ZONE")
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA_DIR / "blobs")}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = "heedful.logs.configure"
LOGGING: dict[str, Any] = {"demo": DEMO}
