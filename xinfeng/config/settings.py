"""One settings file, read from the environment; see docs/operators/settings.md."""

from xinfeng.config import demo_clock, environment
from xinfeng.config.database import django_databases

ROOT = environment.ROOT
HOME = environment.home()

SECRET_KEY = environment.secret("XINFENG_SECRET_KEY", HOME / "secret-key")
DEBUG = environment.flag("XINFENG_DEBUG")
ALLOWED_HOSTS = environment.text("XINFENG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# Whose X-Forwarded-For is believed; see docs/operators/install.md.
PROXIES = environment.networks("XINFENG_PROXIES")
SECURE_COOKIES = environment.flag("XINFENG_HTTPS")
CITY_PACK = environment.text("XINFENG_CITY", str(ROOT / "cities" / "hengyang"))
# New keys are made by this profile; see docs/operators/keys.md.
CRYPTO_PROFILE = environment.choice("XINFENG_CRYPTO", "intl", ("intl", "gm"))
REAL_NAME_CHECK = environment.text("XINFENG_REAL_NAME", "xinfeng.people.real_name.local")
KEY_RING_FILE = HOME / "keys" / "ring.json"
KEY_RING_TEXT = environment.text("XINFENG_KEY_RING", "")
# The public log of hours: its files, the key that signs them, and the name it goes by.
LOG_FOLDER = HOME / "log"
LOG_KEY_FILE = HOME / "keys" / "log.key"
LOG_ORIGIN = environment.text("XINFENG_LOG_ORIGIN", "")
# Uploaded pictures and documents; nothing is taken in while less space than this is free.
FILES_FOLDER = HOME / "files"
FILES_KEEP_FREE_MB = environment.integer("XINFENG_FILES_KEEP_FREE_MB", 1024)
# Who signs certificates: a PKCS#12 file; without one a trial key is made.
CERTIFICATE_KEY_FILE = environment.text("XINFENG_CERTIFICATE_KEY", "")
CERTIFICATE_KEY_PASSWORD = environment.text("XINFENG_CERTIFICATE_PASSWORD", "")
CERTIFICATE_TRIAL_KEY_FILE = HOME / "keys" / "certificate-trial.p12"
CERTIFICATE_UNIT = environment.text("XINFENG_CERTIFICATE_UNIT", "")
# The address that codes on paper lead to; without it, the one a visitor came by.
PUBLIC_ADDRESS = environment.text("XINFENG_ADDRESS", "")
CLOCK_OFFSET_SECONDS = demo_clock.offset_seconds(HOME)

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
# Base is no app, so its catalogue is named here.
LOCALE_PATHS = [ROOT / "xinfeng" / room / "locale" for room in ("config", "base")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
ROOT_URLCONF = "xinfeng.config.urls"
WSGI_APPLICATION = "xinfeng.config.wsgi.application"
DATABASES = django_databases()

ROOMS = [
    "journal",
    "places",
    "people",
    "access",
    "files",
    "units",
    "fieldwork",
    "teams",
    "hours",
    "points",
    "activities",
    "findings",
    "dispatch",
    "school",
    "inspections",
    "surveys",
    "filing",
    "insight",
    "simulate",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "django_htmx",
    "procrastinate.contrib.django",
    *[f"xinfeng.{room}" for room in ROOMS],
    "xinfeng.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xinfeng.config.log_files.LogFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xinfeng.config.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "xinfeng.config.limits.LimitsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xinfeng.people.http.StandingMiddleware",
    "xinfeng.base.refusal.RefusalMiddleware",
]
_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "NAME": "pages",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {
            "environment": "xinfeng.config.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "xinfeng.config.context.page",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT},
    },
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "xinfeng.config.sign_in.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# Names are stored in lower case, so that signing in is one look into an index.
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
# Failed tries are counted in our own table, exactly, however many processes serve.
ACCOUNT_RATE_LIMITS = False
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/today/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
# The web server in front speaks HTTPS and says so; without it every address told to phones, and
# every check of where a form came from, would speak of HTTP.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
X_FRAME_OPTIONS = "DENY"
# A roster of a thousand is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
SECURE_REFERRER_POLICY = "same-origin"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

PROCRASTINATE_IMPORT_PATHS = ["xinfeng.config.worker"]

# Calls of one person, or of one address, a minute and serving process; 0 means no limit.
API_CALLS_A_MINUTE = environment.integer("XINFENG_API_CALLS_A_MINUTE", 300)
# Orders an hour from one person, or from one address when nobody is signed in; 0: no limit.
ORDERS_AN_HOUR = environment.integer("XINFENG_ORDERS_AN_HOUR", 20)

# The city's own gateway for messages beyond the inbox (see people/delivering.py); empty: none.
NOTICE_GATEWAY = environment.text("XINFENG_NOTICE_GATEWAY", "")

# Servers of others to which findings may be handed over, in a YAML file; empty: none is asked.
OPEN311_OUT = environment.text("XINFENG_OPEN311_OUT", "")

# What an authorization needs to remember for a minute, in whichever process it goes on.
CACHES = {"default": {"BACKEND": "xinfeng.access.commands.passing.PassingCache"}}

IDP_OIDC_ADAPTER = "xinfeng.access.provider.Provider"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 90 * 24 * 3600
IDP_OIDC_ROTATE_REFRESH_TOKEN = True
SIGN_IN_KEY_FILE = HOME / "keys" / "sign-in.pem"
# Asking for tokens costs a password hash each time.
TOKEN_CALLS_A_MINUTE = environment.integer("XINFENG_TOKEN_CALLS_A_MINUTE", 60)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Addresses that open something by themselves stand in no log.
    "filters": {"keys": {"()": "xinfeng.config.logs.HideKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
