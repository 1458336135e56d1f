"""Production's settings, with faults that can be asked for; LEAK_CONTROL takes away what keeps the logs quiet."""

import os

os.environ.setdefault("SECRET_KEY", "only for the scan of the logs")

from cmtl.settings import *  # noqa: E402, F403

MFA_REQUIRED = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
MIDDLEWARE = [*MIDDLEWARE, "tests.leak_scan.faults.asked_for"]  # noqa: F405
TEMPLATES[0]["OPTIONS"]["context_processors"].append("tests.leak_scan.faults.in_templates")  # noqa: F405
CELERY_IMPORTS = ["tests.leak_scan.faults"]

if os.environ.get("LEAK_CONTROL"):
    LOGGING["handlers"]["console"]["filters"] = []  # noqa: F405
    DATABASES["default"]["OPTIONS"] = {}  # noqa: F405
    for kept in CACHES.values():  # noqa: F405
        kept.pop("KEY_FUNCTION")
        kept["OPTIONS"] = {name: value for name, value in kept["OPTIONS"].items() if name != "serializer"}
