"""Every `manage.py …` of the documentation is run as it is written; those that change something, on somebody."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from outbox.domain.account_emails import NOTICE
from outbox.models import Message
from tests import factories as make
from tests.services import database_url
from tests.test_production import GOOD

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = re.compile(r"^```\w*\n(.*?)^```$|`([^`]+)`", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"""manage\.py ((?:"[^"]*"|'[^']*'|[^\n"'])+)""")


def documented() -> list[str]:
    """What follows `manage.py`, in blocks and in sentences; a command that is only named is not one to run."""
    written = [block or inline for page in PAGES for block, inline in CODE.findall(page.read_text())]
    found = [command.strip() for code in written for command in COMMAND.findall(code)]
    return [command for command in found if command != "invite_admin"]


def the_one(*words: str) -> str:
    (found,) = [command for command in documented() if all(word in command for word in words)]
    return found


def run(command: str) -> None:
    call_command(*shlex.split(command))


def run_in_production(command: str, tmp_path: Path) -> None:
    """With the settings that the documentation asks for; what looks at settings only."""
    variables = {"PATH": os.environ["PATH"], **GOOD, "DATA_DIR": str(tmp_path)}
    if "--database" in command:
        variables["DATABASE_URL"] = database_url()
    subprocess.run([sys.executable, "manage.py", *shlex.split(command)], cwd=ROOT, env=variables, check=True)


def test_the_documentation_has_commands():
    assert {command.split()[0] for command in documented()} == {
        "check", "collectstatic", "invite_admin", "migrate", "replay_erasures", "replay_releases",
        "rotate_field_keys", "shell",
    }  # fmt: skip


@pytest.mark.parametrize("command", documented())
def test_each_runs(command, db, settings, tmp_path):
    settings.STATIC_ROOT = settings.KEYRING_DIR = tmp_path

    if command.startswith("check"):
        run_in_production(command, tmp_path)
    else:
        run(command)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?\bmake ([a-z-]+)`?", PAGES[0].read_text()))))
def test_each_target_of_make_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_first_administrator_is_the_person_of_the_address(db):
    nadia = make.a_person("Nadia", "Amrani")

    run(the_one("invite_admin"))

    ada = User.objects.get(email="prenom.nom@example.org")
    assert (ada.full_name, ada.is_staff, ada.has_usable_password()) == ("Prenom Nom", True, False)
    nadia.refresh_from_db()
    assert not nadia.is_staff


def test_a_lost_second_proof_is_taken_from_one_person_only(db):
    lost, other = make.a_person("Prénom", "Nom", email="prenom.nom@example.org"), make.a_person("Nadia", "Amrani")
    for person in (lost, other):
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})

    run(the_one("shell", "Authenticator"))

    assert [kept.user for kept in Authenticator.objects.all()] == [other]


def test_mails_that_waited_at_the_backup_are_dropped(db):
    words = {"subject": "Invitation", "text": "Venez", "html": "<p>Venez</p>"}
    nadia = make.a_person("Nadia")
    waiting, sent = (
        NOTICE.queue_rendered(nadia, words, to="nadia@exemple.quebec", key=key) for key in ("waiting", "sent")
    )
    Message.objects.filter(pk=sent.pk).update(sent_at=timezone.now())

    run(the_one("shell", "Message"))

    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert waiting.dropped_at
    assert not sent.dropped_at
