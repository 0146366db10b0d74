"""Django's settings: fixed by the product, filled from :mod:`razdar.env`. No setting switches a protection off."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from razdar import env
from razdar.runtime import bodies
from razdar.runtime.postgres import conninfo, embedded

BASE = Path(__file__).resolve().parent
VAR = env.var_folder()
BASE_URL = env.base_url()

DEBUG = False
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = [BASE_URL.host]
ROOT_URLCONF = "razdar.urls"
ASGI_APPLICATION = "razdar.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "razdar.runtime",
    "razdar.ui",
    "razdar.audit",
    "razdar.vault",
    "razdar.identity",
    "razdar.customers",
    "razdar.interactions",
    "razdar.telephony",
    "razdar.work",
    "razdar.privacy",
    "razdar.security",
    "razdar.oversight",
    "razdar.assurance",
    "razdar.desk",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "razdar.ui.csp.ContentSecurityPolicyMiddleware",
    "razdar.runtime.middleware.ReleaseConnectionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "razdar.identity.middleware.WorkplaceMiddleware",
    "razdar.ui.pages.ErrorPagesMiddleware",
    "razdar.runtime.middleware.ClientScopeMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------------
# One thread per request under ASGI makes CONN_MAX_AGE useless: connections come from a pool. A page that finds the pool
# empty for five seconds fails rather than waits. The audit alias is the same role on connections of its own, so that
# the event of a read is committed whatever becomes of the request.
POOL = {"min_size": 1, "max_size": 10, "timeout": 5.0, "max_lifetime": 3600.0}
AUDIT_POOL = {"min_size": 1, "max_size": 5, "timeout": 5.0, "max_lifetime": 3600.0}


def _databases() -> dict[str, dict[str, Any]]:
    found = embedded.urls(VAR) if env.embedded_database() else None
    urls = {role: getattr(found, role, None) or env.database_url(role) for role in ("runtime", "owner", "sequencer")}
    # Before the embedded server's first start there is no password: connecting fails, everything else works.
    runtime = urls["runtime"] or conninfo.socket_url(VAR / "postgres" / "run", "razdar_runtime", "", "razdar")
    extras = {name: conninfo.alias(urls[name] or runtime) for name in sorted(env.extra_databases())}
    if "owner" in extras:
        # The process that migrates: data migrations of libraries use the default alias without asking.
        return {"default": extras["owner"], "audit": extras["owner"], **extras}
    return {
        "default": conninfo.alias(runtime, POOL),
        "audit": conninfo.alias(runtime, AUDIT_POOL) | {"TEST": {"MIRROR": "default"}},
        **extras,
    }


DATABASES = _databases()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "razdar_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Background work --------------------------------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Languages and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("fa", _("Persian")),
    ("hi", _("Hindi")),
    ("pl", _("Polish")),
    ("zh-hant", _("Traditional Chinese")),
]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static" / "files"
STORAGES = {
    # No file is ever stored through Django: uploads are read in memory and sealed.
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "razdar.runtime.static.StaticFiles"},
}
RAZDAR_OBJECTS_URL = env.objects_url()
RAZDAR_LOG_MONTHS = env.log_months()
RAZDAR_EPOCH_DAYS = env.epoch_days()
RAZDAR_TRANSCRIBER = env.transcriber()
RAZDAR_TRANSCRIBER_MODEL = env.transcriber_model()
RAZDAR_ENTITIES = env.entities()
RAZDAR_ENTITIES_MODELS = env.entities_models()
RAZDAR_BUNDLES = env.bundles_folder()
RAZDAR_BACKUP_FOLDER = env.backup_folder()
RAZDAR_BACKUP_URL = env.database_url("backup")
RAZDAR_RECORDER = env.recorder_address()
RAZDAR_RECORDER_CERTIFICATE = env.recorder_certificate()
RAZDAR_KEY_AGENT = env.key_agent_socket()
RAZDAR_EMBEDDED = env.embedded_database()
# What a request carries stays in memory whatever its size up to the limit: a temporary file would be plaintext on disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = bodies.MOST_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = bodies.MOST_BYTES

# --- Headers and cookies ----------------------------------------------------------------------------------------------
# Framing, sniffing, referrer and opener are set by razdar.ui.csp alone: it is outermost and overwrites. Django's own
# middleware for them stays because `check --deploy` asks for it; its defaults say the same.
# On localhost there is no TLS to insist on; a browser that remembered it would lock itself out.
SECURE_HSTS_SECONDS = 31_536_000 if BASE_URL.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BASE_URL.secure
# Being built into browsers is a decision about a whole domain, and not ours to take.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_SSL_REDIRECT = BASE_URL.secure
CSRF_TRUSTED_ORIGINS = [str(BASE_URL)]
CSRF_COOKIE_SECURE = BASE_URL.secure
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = BASE_URL.secure
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = BASE_URL.secure
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Logs: set up by razdar.runtime.logs in __main__, with the filter that drops texts and arguments ------------------
LOGGING_CONFIG = None

# --- Identity: sign-in, second factors, sessions (kept by room identity) ----------------------------------------------
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["razdar.identity.backends.WorkNameBackend"]
PASSWORD_HASHERS = ["razdar.identity.hashers.PepperedHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "razdar.identity.passwords.LengthValidator"},
    {"NAME": "razdar.identity.passwords.BlockListValidator"},
    {"NAME": "razdar.identity.passwords.ContextValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
STEP_UP_URL = "step_up"
LOCK_URL = "lock"

SESSION_ENGINE = "razdar.identity.sessions"
# A name with the prefix __Host- is taken from this very host over TLS only (RFC 6265bis 4.1.3.2).
SESSION_COOKIE_NAME = "__Host-razdar" if BASE_URL.secure else "razdar_session"
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60

ACCOUNT_ADAPTER = "razdar.identity.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Failures are counted by razdar.identity.tries, per account and per source; the library's own count would only blur it.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
ACCOUNT_FORMS = {
    "login": "razdar.identity.forms.SignInForm",
    "change_password": "razdar.identity.forms.NewPasswordForm",
    "reauthenticate": "razdar.identity.forms.OwnPasswordForm",
}
MFA_ADAPTER = "razdar.identity.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Razdar"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "razdar.identity.forms.CodeForm",
    "authenticate_webauthn": "razdar.identity.forms.PasskeyForm",
    "activate_totp": "razdar.identity.forms.ActivateForm",
    "add_webauthn": "razdar.identity.forms.AddPasskeyForm",
    "edit_webauthn": "razdar.identity.forms.RenamePasskeyForm",
}
# --- End of identity --------------------------------------------------------------------------------------------------
