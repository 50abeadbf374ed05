"""Settings of production: everything secret or local comes from the environment; there are no defaults for it."""

from core.settings import env
from core.settings.base import *  # noqa: F403
from core.settings.base import STORAGES

DEBUG = False
SECRET_KEY = env.text("DANDELION_SECRET_KEY")
DATA_KEYS = env.data_keys("DANDELION_DATA_KEYS", env.words("DANDELION_DATA_KEYS"))
ALLOWED_HOSTS = env.words("DANDELION_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DATABASES = {"default": env.postgres(env.text("DATABASE_URL"))}
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.text("DANDELION_CACHE_URL")}
}
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DANDELION_PROXIES = env.number("DANDELION_PROXIES", 1)
SECURE_HSTS_SECONDS = env.number("DANDELION_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_TIMEOUT = 20
EMAIL_USE_TLS = env.flag("DANDELION_EMAIL_TLS", True)
EMAIL_PORT = env.number("DANDELION_EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("DANDELION_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("DANDELION_EMAIL_PASSWORD", "")
EMAIL_HOST = env.text("DANDELION_EMAIL_HOST")
DEFAULT_FROM_EMAIL = env.text("DANDELION_EMAIL_FROM")
DANDELION_DEMO = False
DANDELION_SERVE_MEDIA = False  # the web server in front does it, see docs/settings.md
WHITENOISE_USE_FINDERS = False
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "core.storage.HashedStatic"}}
