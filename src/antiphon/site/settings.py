"""Django's settings, all derived from `config`. Every room's app, middleware and policy is switched on here."""

import contextlib
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from antiphon.site.config import BadSetting, config

DATA = config.data
for _folder in ("files", "incoming", "keys", "logs", "mail", "tmp", "static"):
    (DATA / _folder).mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    if config.secret_key:
        return str(config.secret_key)
    path = DATA / "keys" / "secret_key"
    if not path.exists():
        # Written whole under another name first: two processes of one first start must read the same key.
        mine = path.with_name(f"secret_key.{secrets.token_hex(8)}")
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(mine)
        mine.unlink()
    kept: str = path.read_text(encoding="ascii")
    return kept.strip()


SECRET_KEY = _secret_key()
DEBUG = config.debug
SITE_URL = (config.url or f"http://localhost:{config.port}").rstrip("/")
SITE_NAME = config.site_name
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise BadSetting("ANTIPHON_URL", config.url, "an address that starts with http:// or https://")
ALLOWED_HOSTS = [_site.hostname, "localhost", "127.0.0.1", "[::1]", *config.allowed_hosts]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
_secure = _site.scheme == "https"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "antiphon.jobs",
    "antiphon.ledger",
    "antiphon.mail",
    "antiphon.accounts",
    "antiphon.terms",
    "antiphon.consent",
    "antiphon.catalogue",
    "antiphon.audio",
    "antiphon.guard",
    "antiphon.community",
    "antiphon.cases",
    "antiphon.identification",
    "antiphon.discovery",
    "antiphon.transparency",
    "antiphon.web",
    "antiphon.api",
    "antiphon.site",
]

MIDDLEWARE = [
    "antiphon.web.outside.cookieless.CookielessMiddleware",
    "antiphon.web.declarations.telling.DeclarationsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "antiphon.web.middleware.ListenerMiddleware",
    "antiphon.web.middleware.PreferencesMiddleware",
    "antiphon.web.middleware.CommentSizeMiddleware",
    "antiphon.web.errors.ErrorPages",
]

ROOT_URLCONF = "antiphon.site.urls"
WSGI_APPLICATION = "antiphon.site.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent.parent / "web" / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "antiphon.web.context.site",
                "antiphon.web.accounts.context.viewer",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    if config.database_url:
        url = urlsplit(config.database_url)
        if url.scheme not in ("postgresql", "postgres") or not url.path.strip("/"):
            raise BadSetting("ANTIPHON_DATABASE_URL", config.database_url, "postgresql://user:password@host:port/name")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.strip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "antiphon.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 10,
            # A deferred BEGIN that turns into a write fails at once with "database is locked", whatever the timeout.
            "transaction_mode": "IMMEDIATE",
            # FULL: NORMAL can lose a commit on power failure, and a commit is what we acknowledge.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
                "PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
            ),
        },
    }


DATABASES = {"default": _database()}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}},
    # For what anybody can make as many keys of as they like: it must not push out what counts their tries.
    "anybody": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "anybody",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SIGNUP_REDIRECT_URL = "account_welcome"
ACCOUNT_ADAPTER = "antiphon.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
# The front door has replaced REMOTE_ADDR with the client's address if a trusted proxy named it, so that allauth
# must not read X-Forwarded-For a second time.
ALLAUTH_TRUSTED_PROXY_COUNT = 0
# Counted in the cache below, which is this process's own memory: with several server processes each counts alone.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/180s/key",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
_forms = "antiphon.web.accounts.allauth_forms"
ACCOUNT_FORMS = {
    "login": f"{_forms}.LoginForm",
    "signup": f"{_forms}.SignupForm",
    "reset_password": f"{_forms}.ResetPasswordForm",
    "reset_password_from_key": f"{_forms}.ResetPasswordKeyForm",
    "change_password": f"{_forms}.ChangePasswordForm",
    "set_password": f"{_forms}.SetPasswordForm",
    "add_email": f"{_forms}.AddEmailForm",
    "reauthenticate": f"{_forms}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_forms}.SecondStepForm",
    "reauthenticate": f"{_forms}.SecondStepAgainForm",
    "activate_totp": f"{_forms}.ActivateForm",
}
MFA_ADAPTER = "antiphon.accounts.second_step.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
# The code before and the one after are taken, too: clocks differ, and typing takes a while (RFC 6238, 5.2 and 6).
MFA_TOTP_TOLERANCE = 1
# allauth's own tracking writes a row on every request; `web.middleware` does it every ten minutes.
USERSESSIONS_TRACK_ACTIVITY = False

# Sessions live in the database behind a short cache; the cookie is host-only and never readable by scripts.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_NAME = "antiphon_session"
SESSION_COOKIE_SECURE = _secure
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_NAME = "antiphon_csrf"
CSRF_COOKIE_SECURE = _secure
CSRF_FAILURE_VIEW = "antiphon.web.errors.csrf_failure"
LISTENER_COOKIE_NAME = "antiphon_listener"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if _secure else 0
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'none'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = config.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "antiphon.site.static.BundleStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = DATA / "tmp"

DEFAULT_FROM_EMAIL = SERVER_EMAIL = config.email_from
if config.email_url:
    _mail = urlsplit(config.email_url)
    if _mail.scheme not in ("smtp", "smtps") or not _mail.hostname:
        raise BadSetting("ANTIPHON_EMAIL_URL", config.email_url, "smtp://user:password@host:port")
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp" and bool(_mail.username)
    EMAIL_TIMEOUT = 15
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"

# What rooms below `site` may know of the configuration, by name; they read it as `settings.ANTIPHON`.
ANTIPHON = config

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "file": {
            "class": "logging.handlers.TimedRotatingFileHandler",
            "filename": str(DATA / "logs" / "antiphon.log"),
            "when": "D",
            "backupCount": int(config.keep_log_days),
            "delay": True,
            "formatter": "line",
        },
    },
    "root": {"handlers": ["file"], "level": "INFO"},
    "loggers": {"django.server": {"level": "WARNING"}, "huey": {"level": "WARNING"}, "flufl": {"level": "CRITICAL"}},
}
