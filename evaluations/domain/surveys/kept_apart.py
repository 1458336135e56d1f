"""What each closing told, once more, in a file outside the database: a restored database that still holds the survey
open is told it again (`voting.close`). The file names nobody; it is kept a little longer than backups are."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from cmtl import retention
from evaluations.domain.surveys import keyring
from evaluations.models import Pool, Survey

COUNTS = ("answers_in_session", "answers_after", "ballots_dropped", "eligible")
POOL = ("community_id", "year", "questionnaire_id", "threshold", "n", "figures")
KEPT_FOR = retention.length("releases_apart")


def folder() -> Path:
    return Path(settings.DATA_DIR) / "releases"


def keep_apart(survey: Survey) -> None:
    """Durable when this returns. Written again, it says the same."""
    release = getattr(survey, "release", None)
    told = {name: getattr(survey, name) for name in COUNTS}
    told |= {"closed_at": survey.closed_at, "figures": release.figures if release else None}
    keyring.write_durably(_file(survey), json.dumps(told, ensure_ascii=False, default=dt.datetime.isoformat).encode())


def write_pool(pool: Pool) -> None:
    told = {name: getattr(pool, name) for name in POOL}
    told["surveys"] = list(pool.surveys.values_list("pk", flat=True))
    keyring.write_durably(folder() / f"{pool.keyring_name}.json", json.dumps(told, ensure_ascii=False).encode())


def pools() -> dict[str, dict[str, Any]]:
    """Name of its secret → what was told of a pool."""
    told = {path.stem: json.loads(path.read_text()) for path in folder().glob("*.json")}
    return {name: kept for name, kept in told.items() if "surveys" in kept}


def read_kept_apart(survey: Survey) -> dict[str, Any] | None:
    if not has(survey):
        return None
    told = json.loads(_file(survey).read_text())
    return {**told, "closed_at": dt.datetime.fromisoformat(told["closed_at"])}


def has(survey: Survey) -> bool:
    return bool(survey.keyring_name) and _file(survey).exists()


@retention.applies("releases_apart")
def forget_old() -> None:
    for path in folder().glob("*.json"):
        if time.time() - path.stat().st_mtime > KEPT_FOR.total_seconds():
            path.unlink(missing_ok=True)


def _file(survey: Survey) -> Path:
    return folder() / f"{survey.keyring_name}.json"
