"""The project's settings, made fit for tests; the database and the broker come from the environment."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only for tests")
OURS = "cmtl-tests-"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix=OURS))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # each its own Redis database, and its own keys of ballots
    if os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{int(worker[2:]) + 1}"
    shared = Path(os.environ["DATA_DIR"])
    if shared.name.startswith(OURS):  # else it is that of this process already, or one that a test gave its site
        os.environ["DATA_DIR"] = str(shared / worker)
        (shared / worker).mkdir(exist_ok=True)

from cmtl.settings import *  # noqa: E402, F403

OUTBOX_WAIT = 0  # the tests of taking a mail back wait
MFA_REQUIRED = False  # the tests of the second proof switch it on
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405 -- refusals are what many tests ask for
if REDIS_URL:  # noqa: F405 -- no session is forgotten between two counts of queries, on a slow machine either
    CACHES["sessions"]["TIMEOUT"] = 3600  # noqa: F405
