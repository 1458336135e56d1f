"""The project's settings, made fit for tests; the database and the broker come from the environment."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only for tests")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="cmtl-tests-"))
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and os.environ.get("REDIS_URL"):  # each its own Redis database
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{int(worker[2:]) + 1}"

from cmtl.settings import *  # noqa: E402, F403

MFA_REQUIRED = False  # the tests of the second proof switch it on
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405 -- refusals are what many tests ask for
if REDIS_URL:  # noqa: F405 -- no session is forgotten between two counts of queries, on a slow machine either
    CACHES["sessions"]["TIMEOUT"] = 3600  # noqa: F405
