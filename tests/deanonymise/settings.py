"""Production's settings, on this machine: no second proof, no collected static files."""

import os

os.environ.setdefault("SECRET_KEY", "only to look for who answered what")

from cmtl.settings import *  # noqa: E402, F403

MFA_REQUIRED = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
