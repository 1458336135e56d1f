"""A sheet or a script that asks for others is one file for those who load it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from cmtl.one_file import ASKS

OURS = sorted(
    f"{path.parent.name}/{path.name}" for path in (Path(settings.BASE_DIR) / "static").glob("*/*.*s") if path.is_file()
)


@pytest.mark.parametrize("name", OURS)
def test_every_file_is_served_whole(name):
    served = Path(finders.find(name)).read_text()

    assert "@import" not in served
    assert "//= require" not in served
    assert not ASKS.search(served)


def test_the_files_asked_for_stand_where_they_are_asked():
    served = Path(finders.find("css/officer.css")).read_text()

    base = Path(settings.BASE_DIR) / "static/css"
    communities, outcomes = (base / "communities.css").read_text(), (base / "outcomes.css").read_text()
    assert served.startswith(communities), "what outcomes.css asks for comes first"
    assert outcomes.partition("\n")[2] in served


def test_a_file_that_changes_is_made_again(tmp_path, settings):
    (tmp_path / "css").mkdir()
    asked, asking = tmp_path / "css/asked.css", tmp_path / "css/asking.css"
    asking.write_text('@import "asked.css";\nb { color: red; }\n')
    settings.DATA_DIR = tmp_path / "data"
    settings.STATICFILES_DIRS = [tmp_path]
    found = []
    for colour in ("blue", "green"):
        asked.write_text(f"a {{ color: {colour}; }}\n")
        found.append(Path(finders.find("css/asking.css")).read_text())

    assert found == [f"a {{ color: {colour}; }}\n\nb {{ color: red; }}\n" for colour in ("blue", "green")]


def test_what_production_collects_is_whole_too(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)

    sheet, script = (tmp_path / "css/app.css").read_text(), (tmp_path / "js/app.js").read_text()
    assert not re.search("@import|//= require", sheet + script)
    assert "@font-face" in sheet
    assert "data-prints" in script
