"""Habits kept by tests rather than by reviewers."""

import ast
import contextlib
import importlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import rules
from django.conf import settings
from django.template import loader

from cmtl.questions import Question
from tests.raw_posts import RAW_POSTS

ROOT = Path(settings.BASE_DIR)
MAILS = sorted(p.relative_to(ROOT / "templates") for p in (ROOT / "templates").rglob("emails/[!_]*.html"))
PAGES = sorted((ROOT / "templates").rglob("*.html"))
CODE = [
    p for app in ("accounts", "outbox", "communities", "meetings", "evaluations") for p in (ROOT / app).rglob("*.py")
]


def test_apps_import_downward_only():
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


UPWARD = re.compile(r"\.(?:meetings|attendances|replies)\b|get_field\(.(?:meetings|attendances)")


def test_communities_reads_nothing_of_meetings_through_a_relation():
    """What it needs of them, it asks (`cmtl.questions`): a relation name is an import that no tool sees."""
    assert UPWARD.search("community.meetings.held()")
    assert not UPWARD.search("community.meetings_per_year, may='meetings.plan'")
    code = [p for p in (ROOT / "communities").rglob("*.py") if "migrations" not in p.parts]
    assert [str(p.relative_to(ROOT)) for p in code if UPWARD.search(p.read_text())] == []


def test_each_question_asked_of_an_upper_app_has_its_answer():
    asked = [
        (name, value)
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("communities.")
        for name, value in vars(module).items()
        if isinstance(value, Question)
    ]
    assert len(asked) >= 3
    assert [name for name, question in asked if not hasattr(question, "answer")] == []
    assert not hasattr(Question(), "answer")  # one that nobody answers would be found


@pytest.mark.parametrize("mail", MAILS, ids=str)
def test_a_mail_has_a_subject_a_text_and_a_page(mail):
    for part in ("subject", "text", "html"):
        loader.get_template(f"{mail}#{part}")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_inline_script_or_style_in_pages(page):
    """The content policy refuses them; mails (and what only mails include) may carry styles."""
    if "emails" in page.parts or page.name.startswith(("_head", "_foot", "_button")):
        return
    text = page.read_text()
    assert not re.search(r"<[a-z][^>]*\sstyle=", text), "an inline style"
    assert not re.search(r"<style[\s>]", text), "a style element"
    assert not re.search(r"\son[a-z]+=", text), "an inline handler"
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text), "an inline script"


LINES_OF_A_PAGE = 150
LONGER = {"evaluations/surveys/_counter.html"}  # until the console's counter is written anew


def test_a_page_is_read_in_one_go():
    """What is longer gives a section to a file beside it."""
    lines = {str(p.relative_to(ROOT / "templates")): len(p.read_text().splitlines()) for p in PAGES}
    assert {name for name, n in lines.items() if n > LINES_OF_A_PAGE} <= LONGER
    assert max(lines.values()) > LINES_OF_A_PAGE / 2  # they are counted


def test_the_box_of_a_conflict_stands_in_one_place():
    """Others write what is stored now between `{% conflict_box %}` and its end."""
    assert [p.name for p in PAGES if 'id="conflict-title"' in p.read_text()] == ["_conflict_box.html"]


def test_pages_follow_each_other_one_way():
    """But where the next page is named otherwise: « Older »."""
    written_there = sorted(p.name for p in PAGES if "next_page_number" in p.read_text())
    assert written_there == ["_pagination.html", "mailbox.html"]


SHOWS_LINE_BREAKS = re.compile(r'<(?:p|dd|blockquote|span)\b[^>]*\bclass="(?:[^"]* )?(?:prose|words)[ "{][^>]*>\n')


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_words_shown_with_their_line_breaks_begin_beside_their_tag(page):
    """`.prose` shows line breaks: one that the formatter put before the words would be a blank line on the page."""
    assert not SHOWS_LINE_BREAKS.findall(page.read_text())


def test_mail_is_never_delayed_by_the_broker():
    """Time is kept in rows; a broker that re-delivers what is far ahead would send it again and again."""
    for path in CODE:
        assert not re.search(r"\b(eta|countdown)\s*=", path.read_text()), path


def test_only_pdf_imports_weasyprint():
    for path in [*CODE, *(ROOT / "cmtl").glob("*.py")]:
        if path.name != "pdf.py":
            assert "import weasyprint" not in path.read_text(), path


def test_every_task_of_the_timetable_exists():
    from cmtl.celery import app

    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks


A_ROW = re.compile(r"\{\{ (?:[\w.]*\b(?:pk|revision|version)|(?![\w.]*auto_id)[\w.]*_id) \}\}")
NAMED = re.compile(r"""\b(?:value|id|for|name|href|action|formaction|data-[\w-]+)=("[^"]*"|'[^']*')""")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_number_of_a_row_has_no_space_for_thousands_in_a_form(page):
    """French writes « 1 234 » for people; a browser that sends it back finds nothing."""
    text = page.read_text()
    if "localize off" in text:
        return

    assert not [sent for sent in NAMED.findall(text) if A_ROW.search(sent)]


POSTS = {"post", "generic"}  # of a test client: a form's own fields, or any method at all
POST_FOR_ALL = ("tests/forms.py", "tests/bench/")


def functions_that_post(source: str) -> set[str]:
    """Functions of a module that post without a page, or hand on what does; each with all it holds."""
    return {
        function.name
        for function in ast.parse(source).body
        if isinstance(function, ast.FunctionDef | ast.ClassDef)
        and any(isinstance(node, ast.Attribute) and node.attr in POSTS for node in ast.walk(function))
    }


def test_what_posts_without_a_page_is_found():
    a_test = "def test_it(client):\n    {}\n\ndef other(client):\n    submit(client, page, {{}})\n"
    for line in ("client.post(page)", "send = client.post", "def press():\n        client.generic('POST', page)"):
        assert functions_that_post(a_test.format(line)) == {"test_it"}


def test_only_attacks_races_and_repeated_clicks_post_without_a_page():
    """Whoever stands for a person uses the form of the page (`tests.forms`): a form that no browser can send has
    passed thousands of tests that wrote its fields themselves."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if not name.startswith(POST_FOR_ALL) and (posting := functions_that_post(path.read_text())):
            found[name] = posting
    listed = {name: set(why) for name, why in RAW_POSTS.items()}

    assert found == listed
    assert all(reason for why in RAW_POSTS.values() for reason in why.values())


NAMED = re.compile(r"`((?:accounts|outbox|communities|meetings|evaluations|cmtl)(?:\.\w+)+)(?:\(\))?`")


def exists(name: str) -> bool:
    """A module, what is in it, or a permission."""
    module, names = name, []
    while module and not find_spec_of(module):
        module, _, last = module.rpartition(".")
        names.insert(0, last)
    found = importlib.import_module(module)
    try:
        for one in names:
            found = getattr(found, one)
    except AttributeError:
        return rules.perm_exists(name)
    return True


def find_spec_of(module: str):
    with contextlib.suppress(ModuleNotFoundError):
        return importlib.util.find_spec(module)


def test_what_comments_and_pages_of_documentation_name_exists():
    code = [p for p in [*CODE, *(ROOT / "cmtl").rglob("*.py")] if "migrations" not in p.parts]
    named = {
        (found[1], path.name)
        for path in [*code, *ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]
        for found in NAMED.finditer(path.read_text())
    }

    assert len(named) > 40
    assert sorted((name, where) for name, where in named if not exists(name)) == []
    assert exists("meetings.domain.live.purge")
    assert exists("communities.see_people")
    assert not exists("meetings.forgetting")
    assert not exists("meetings.domain.live.purge.nothing")
