"""The project's settings, made fit for tests; the database and the broker come from the environment."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only for tests")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="cmtl-tests-"))

from cmtl.settings import *  # noqa: E402, F403

MFA_REQUIRED = False  # the tests of the second proof switch it on
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405 -- refusals are what many tests ask for
