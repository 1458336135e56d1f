"""Every form of every page, pressed as it stands, by each of its buttons.

An *edit* form gives no error and changes no row; a *creation* form asks only for fields that the page marks as
required, or does what it says; an *act* (cancel, close, send: a press without a field) answers without error. The
addresses, those who may open them and the things they name are those of `tests/test_permissions.py`; meetings are
visited before, during and after. An address that acts and that no page leads to fails, unless `UNSHOWN` says why.
"""

import copy
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import pgettext
from selectolax.lexbor import LexborHTMLParser

from cmtl.parts import Part, whole_of
from communities.domain.charter import operating_rules
from communities.models import MemberImport
from meetings.domain.attendance import attendance
from meetings.models import AgendaModel, Attendance, AttendanceImport, Meeting
from tests import factories as make
from tests.crowd import Crowd, Size
from tests.forms import Control, Form, forms_on, submit
from tests.test_flat import OF_A_MEETING, READ
from tests.test_permissions import ALLAUTH, PUBLIC, TABLE, World, names

SEARCH, EDIT, CREATION, ACT = "search", "edit", "creation", "act"

# What the shape of a form does not say: it has fields, and yet a press makes or does something.
MAKES = "makes something new"
ASKS = "asks for something before it acts"
DOES = "does something with what stands in its fields"
KINDS: dict[str, tuple[str, str]] = {
    "account_email action_add=#": (CREATION, MAKES),
    "account_login": (CREATION, ASKS),
    "communities:add_incident": (CREATION, MAKES),
    "communities:add_member": (CREATION, MAKES),
    "communities:add_need": (CREATION, MAKES),
    "communities:add_outcome": (CREATION, MAKES),
    "communities:add_partner": (CREATION, MAKES),
    "communities:add_practice": (CREATION, MAKES),
    "communities:apply": (CREATION, MAKES),
    "communities:apply_import": (ACT, DOES),
    "communities:budget": (CREATION, MAKES),
    "communities:foreseen_evaluation": (CREATION, "asks for a yes or a no the first time"),
    "communities:name_stand_in": (CREATION, ASKS),
    "communities:objective_proposal do=adopt": (ACT, DOES),
    "communities:officers": (CREATION, MAKES),
    "communities:propose_objective": (CREATION, MAKES),
    "communities:choose_lines": (ACT, "keeps what is ticked, also as it was proposed"),
    "communities:create": (CREATION, MAKES),
    "communities:create_call": (CREATION, MAKES),
    "communities:hand_over": (CREATION, ASKS),
    "communities:word_template": (CREATION, ASKS),
    "communities:import_members": (CREATION, ASKS),
    "communities:introductions": (CREATION, MAKES),
    "communities:ask_testimonials": (CREATION, MAKES),
    "communities:give_testimonial": (CREATION, MAKES),
    "communities:invite_members": (CREATION, ASKS),
    "communities:join": (CREATION, ASKS),
    "communities:join_need": (CREATION, ASKS),
    "communities:life": (ACT, "changes the status: only the others are offered"),
    "communities:merge": (ACT, DOES),
    "communities:referral": (CREATION, MAKES),
    "communities:parental_consent": (CREATION, ASKS),
    "communities:review_objectives": (ACT, "notes that the review was done today"),
    "communities:roles": (CREATION, MAKES),
    "communities:score_application": (CREATION, ASKS),
    "communities:dismiss_alert": (CREATION, ASKS),
    "communities:subgroups": (CREATION, MAKES),
    "evaluations:add_improvement": (CREATION, MAKES),
    "evaluations:add_own_question": (CREATION, ASKS),
    "evaluations:ballot": (CREATION, ASKS),
    "evaluations:add_follow_up": (CREATION, ASKS),
    "evaluations:conversation ask=#": (CREATION, MAKES),
    "evaluations:destroy_follow_up": (ACT, DOES),
    "evaluations:manager_survey": (CREATION, ASKS),
    "evaluations:models": (CREATION, ASKS),
    "evaluations:name_follow_up_reader": (CREATION, ASKS),
    "evaluations:offer_times": (CREATION, ASKS),
    "evaluations:open_follow_ups": (CREATION, ASKS),
    "evaluations:pass_on": (CREATION, ASKS),
    "evaluations:send_charter_again": (CREATION, ASKS),
    "evaluations:note_influence": (CREATION, ASKS),
    "evaluations:rate_factor": (CREATION, ASKS),
    "evaluations:retain_cause": (ACT, DOES),
    "evaluations:sort_suggestion": (ACT, DOES),
    "evaluations:self_assessment": (CREATION, MAKES),
    "evaluations:write_report": (CREATION, "what is published is corrected with a reason"),
    "meetings:add_note": (CREATION, MAKES),
    "meetings:breakouts": (CREATION, MAKES),
    "meetings:apply_attendance": (ACT, DOES),
    "meetings:ask_dates": (CREATION, MAKES),
    "meetings:attendance": (CREATION, "of a closed meeting, asks why"),
    "meetings:cancel": (CREATION, ASKS),
    "meetings:enter_code": (CREATION, ASKS),
    "meetings:groups": (ACT, "whoever no longer comes leaves their group"),
    "meetings:guests guests=#": (CREATION, "of a closed meeting, asks why"),
    "meetings:import_attendance": (CREATION, ASKS),
    "meetings:invite step=send": (ACT, DOES),
    "meetings:invite step=later": (ACT, DOES),
    "meetings:keep_agenda": (CREATION, ASKS),
    "meetings:mail_wording step=test": (ACT, DOES),
    "meetings:plan": (CREATION, MAKES),
    "meetings:propose_topic": (CREATION, MAKES),
    "meetings:reflect": (CREATION, MAKES),
    "meetings:room": (CREATION, ASKS),
    "meetings:send_follow_up": (ACT, DOES),
    "meetings:served_destruction": (CREATION, ASKS),
    "meetings:sign_up": (CREATION, MAKES),
    "meetings:space_data": (CREATION, ASKS),
    "meetings:space_door": (CREATION, ASKS),
    "meetings:space_topics": (CREATION, MAKES),
    "meetings:try_follow_up": (ACT, DOES),
    "meetings:vote_dates": (CREATION, ASKS),
    "meetings:walk_in": (CREATION, MAKES),
    "mfa_activate_totp": (CREATION, ASKS),
}
# A refusal that is the right answer to this press, in this world.
ONE_OF_TWO = "one of two is needed, and said so beside the fields"
BY_SCRIPT = "its hidden field is what the script of the page asks of the device"
REFUSED = {
    "communities:import_members": ONE_OF_TWO,
    "communities:invite_members step=preview": "whom to invite is the one question, and nobody is ticked before",
    "communities:name_substitute": ONE_OF_TWO,
    "communities:anonymisation": "the day of the analysis, which nobody has made yet, is asked",
    "evaluations:campaigns_together": "what is prepared already is launched by who ticks it",
    "evaluations:aloud": "keying nothing is refused, at the form",
    "communities:replace_representative": ONE_OF_TWO,
    "communities:objective_proposal do=decline": "the answer is needed if the proposal is not kept, as its help says",
    "mfa_add_webauthn": BY_SCRIPT,
    "mfa_generate_recovery_codes": "a page that no link leads to before there is a second proof",
    "mfa_login_webauthn": BY_SCRIPT,
    "meetings:plan step=plan": "a date or a series is asked, and none is proposed",
    "meetings:send_follow_up": "may be written before the meeting; leaves once it has taken place",
}
# What the answer to a press offers next: it has to stand there, and is pressed too.
AFTERWARDS = {
    "communities:restore_need": "communities:remove_need",
    "communities:restore_outcome": "communities:remove_outcome",
    "communities:restore_practice": "communities:remove_practice",
    "communities:undo_import": "communities:apply_import",
    "meetings:undo_attendance": "meetings:apply_attendance",
    "meetings:undo_copy": "meetings:copy",
}
# Addresses that take a press and that no page of this world shows: to be shortened as the world grows.
LATER = "stands on pages of a state that this world has not reached"
UNSHOWN = dict.fromkeys(
    (
        "communities:alumni",
        "communities:open_draft",
        "communities:propose_draft",
        "communities:delete_draft",
        "communities:decide_application",
        "communities:decide_sentence",
        "communities:letters",
        "communities:turn_down",
        "communities:undo_hand_over",
        "evaluations:apply_models",
        "evaluations:answer_request",
        "evaluations:call_off_conversation",
        "evaluations:finish_next_step",
        "evaluations:offer_to_all",
        "evaluations:plan_follow_up",
        "evaluations:remove_follow_up_reader",
        "evaluations:say_offered",
        "evaluations:copy_community",
        "evaluations:copy_own_questions",
        "evaluations:undo_copied_community",
        "evaluations:publish_report",
        "evaluations:annual_ballot",
        "evaluations:close_campaign",
        "evaluations:launch_campaign",
        "evaluations:take_back_launch",
        "evaluations:mark_campaign_read",
        "evaluations:prepare_campaign",
        "evaluations:prepare_alumni",
        "evaluations:room_ballot",
        "evaluations:take_back_version",
        "meetings:answer_icebreaker",
        "meetings:check_in",
        "meetings:topic_vote",
        "meetings:destroy_recording",
        "meetings:join",
        "meetings:join_from_room",
        "meetings:needs",
        "meetings:note_consent",
        "meetings:plan_preparatory",
        "meetings:vote",
        "meetings:vote_in_room",
        "meetings:publish_minutes",
        "meetings:resend_follow_up",
        "meetings:restore_note",
        "meetings:say_why",
    ),
    LATER,
) | {
    "communities:put_back": "beside what was just done",
    "meetings:read_action": "asked by the script of the console as one types",
}
# Written by any visit or press, and no change of what one edits.
LOGS = {
    "accounts_user.last_login",
    "meetings_meeting.revision",  # asks the consoles of the meeting to read it again
}

AUDIT = "accounts_audit"  # says what was read and taken away; and never that something was saved as it stood

ASKED_WITH = {"communities:create": "?profile=open", "communities:policies": "?profil=cohort"}
LINES = "Une ligne,\net une autre"
MEMBERS = "Prénom,Nom,Courriel\nRosalie,Gagnon,rosalie@exemple.quebec\nSimon,Roy,simon@exemple.quebec\n"
PRESENT = "Name (original name),Email,Duration (minutes)\nRosalie Gagnon,rosalie@exemple.quebec,50\n"
OUR_APPS = ("accounts", "outbox", "communities", "meetings", "evaluations")
ACCOUNT = sorted({name for name in names() if name.startswith(ALLAUTH)})
PAIRS = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.auto_created}
PAGES = [*READ, *ACCOUNT]


class Furnished(World):
    """One community with a few of everything, and three meetings: to come, under way, held."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[Found]]] = {}  # what the pages of a name hold, once they have been read
        self.own = own = self.places["own"]
        crowd = Crowd(own, self.people["FA"])
        crowd.grow(Size(people=5, pool=1, meetings=2, rows=2))
        self.meetings = crowd.meetings
        Attendance.objects.filter(meeting=self.meetings["live"], membership=own.membership).update(status="present")
        own.joining = make.a_join_invitation(make.a_member(own.community, status="invited"))
        operating_rules.adopt(own.community, by=None)
        AgendaModel.objects.update(blocks=own.agenda_model.blocks)
        self._say_hours()
        self._type_names()
        self._read_files()
        self._write_lines()
        self.keep_signed_in()

    def _say_hours(self) -> None:
        """Of whole minutes, as forms say them; the next one is far enough for these tests to end before it."""
        meetings = list(Meeting.objects.all())
        for meeting in meetings:
            later = dt.timedelta(hours=2) if meeting == self.meetings["coming"] else dt.timedelta()
            meeting.starts_at = meeting.starts_at.replace(second=0, microsecond=0) + later
            meeting.ends_at = meeting.ends_at.replace(second=0, microsecond=0) + later
        Meeting.objects.bulk_update(meetings, ["starts_at", "ends_at"])
        self.meetings = {name: Meeting.objects.get(pk=meeting.pk) for name, meeting in self.meetings.items()}

    def _type_names(self) -> None:
        """In the room of the one under way: two who are listed, and somebody whom nobody knows. They are four in all:
        of five, no evaluation would be offered aloud."""
        live, own = self.meetings["live"], self.own.membership
        listed = [row.membership for row in live.attendances.present().exclude(membership=own)[:2]]
        live.attendances.exclude(membership=own).delete()
        for name in (*(membership.user.full_name for membership in listed), "Awa Diop"):
            attendance.check_in_by_code(live, name)

    def _read_files(self) -> None:
        """A list of members and one of people present, sent by who leads, waiting for a press."""
        client = self.client("FA")
        for address, file, words in (
            (self.own.address("communities:import_members", "community"), "membres.csv", MEMBERS),
            (reverse("meetings:import_attendance", args=[self.meetings["live"].pk]), "zoom.csv", PRESENT),
        ):
            submit(client, address, {"file": SimpleUploadedFile(file, words.encode())})
        self.own.read_list = MemberImport.objects.order_by("pk").last()
        self.own.attendance_file = AttendanceImport.objects.order_by("pk").last()

    def _write_lines(self) -> None:
        """Long texts are on two lines."""
        for app in OUR_APPS[2:]:
            for model in apps.get_app_config(app).get_models():
                for whole in whole_of(model).objects.all() if issubclass(model, Part) else ():
                    model.row_of(whole)
                long = [f.name for f in model._meta.concrete_fields if type(f) is models.TextField]
                if long:
                    model.objects.update(**dict.fromkeys(long, LINES))

    def visits(self, name: str) -> Iterator[tuple[str, str]]:
        """An address with each of those whose page may differ, and what a meeting can be."""
        if name in ACCOUNT:
            yield from ((role, reverse(name)) for role in ("AN", "FA") if _takes_no_argument(name))
            return
        line = TABLE[name]
        for place in self._states(line.of):
            for role in _readers(line):
                yield role, place.address(name, line.of) + ASKED_WITH.get(name, "")

    def pages(self, name: str) -> Iterator[tuple[str, str, list["Press"]]]:
        """Each visit with what can be pressed there."""
        found = []
        for role, address in self.visits(name):
            presses = presses_on(self.client(role).get(address))
            found.append([Found(press.shape, press.key, press.view, press.kind) for press in presses])
            yield role, address, presses
        self.found[name] = found

    def _states(self, of: str) -> Iterator:
        if of not in (*OF_A_MEETING, "open training"):
            yield self.own
            return
        for meeting in self.meetings.values():
            place = copy.copy(self.own)
            place.meeting = meeting
            yield place


def _readers(line) -> list[str]:
    """Who leads and who belongs: what others see is a part of theirs. A personal link is opened by nobody signed in."""
    if line.roles == PUBLIC and line.of != "none":
        return ["AN"]
    may = line.roles.split()
    leads = [role for role in ("FA", "PC", "NT", "CO", "OP", "AD") if role in may][:1]
    return leads + [role for role in ("RD", "AN") if role in may]


def _takes_no_argument(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


# ---------------------------------------------------------------- a press


@dataclass
class Press:
    form: Form
    button: Control | None
    view: str
    address: str

    @property
    def key(self) -> str:
        """« communities:rules », and with the button where there are several."""
        return f"{self.view} {self.said}".strip()

    @property
    def said(self) -> str:
        return (
            re.sub(r"\d+", "#", f"{self.button.name}={self.button.value}") if self.button and self.button.name else ""
        )

    @property
    def shape(self) -> tuple:
        """Two forms of one shape do the same to two things: one is pressed."""
        fields = {re.sub(r"\d+", "#", control.name) for control in self.form.fields}
        return self.key, tuple(sorted(fields))

    @property
    def method(self) -> str:
        at = self.button.node.attributes if self.button else {}
        return at.get("formmethod") or self.form.method

    @property
    def kind(self) -> str:
        if self.method == "get":
            return SEARCH
        shown = [c for c in self.form.fields if c.name and c.type != "hidden" and not c.is_disabled]
        said = KINDS.get(self.key) or KINDS.get(self.view)
        return said[0] if said else EDIT if shown else ACT

    @property
    def asks(self) -> list[str]:
        """Required fields that are empty, at which a browser stops."""
        sent = self.form.data(self.button)
        fields = [c for c in self.form.fields if "required" in c.node.attributes and c.name and not c.is_disabled]
        return sorted({c.name for c in fields if not any(sent.getlist(c.name))})

    @property
    def is_in_frame(self) -> bool:
        """Of the frame of every page: it is pressed once."""
        above = self.form.node
        while above is not None and above.tag != "main":
            above = above.parent
        return above is None


class Found(NamedTuple):
    """What is known of a press, without its page."""

    shape: tuple
    key: str
    view: str
    kind: str


def presses_on(page) -> list[Press]:
    if page.streaming or "html" not in page["Content-Type"] or page.status_code >= 400:
        return []
    found = {}
    for form in forms_on(page):
        for button in [b for b in form.buttons if not b.is_disabled] or enter(form):
            address = form.leads_to(button)
            press = Press(form, button, resolve(address.partition("?")[0]).view_name, address)
            found.setdefault(press.shape, press)
    return list(found.values())


def enter(form) -> list[None]:
    """A form without a button leaves when one types Enter in it. One without a field either serves the buttons that
    stand elsewhere, when there are any."""
    typed = ("text", "search", "email", "number", "date", "time", "url", "tel")
    return [None] if any(control.type in typed for control in form.fields) else []


@dataclass
class Answer:
    status: int
    changed: list[str]
    refused: list[str]
    messages: list[str]


def pressed(client, press: Press) -> list[tuple[Press, Answer]]:
    """What it answered and the rows that it changed, all taken back; the same of what its answer offers next."""
    with taken_back() as around:
        with CaptureQueriesContext(connection) as asked:
            answer = press.form.press(client, press.button, checks=False)
        tables = {
            table for q in asked for table in re.findall(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', q["sql"])
        }
        tables = sorted(table for table in tables if table.startswith(OUR_APPS))
        after = {table: rows_of(table) for table in tables}
        page = client.get(answer["Location"]) if answer.status_code == 302 else answer
        then = [pressed(client, one) for one in presses_on(page) if AFTERWARDS.get(one.view) == press.view]
        around.undo()
    before = {table: rows_of(table) for table in tables}
    changed = [f"{table}: {one}" for table in tables for one in difference(before[table], after[table])]
    status = page.status_code if answer.status_code == 302 else answer.status_code
    return [(press, Answer(status, changed, *told(page))), *chain.from_iterable(then)]


class taken_back:
    """A savepoint under which « durable » is allowed, as under a test, and that leaves nothing."""

    def __enter__(self):
        self.block = transaction.atomic()
        self.block._from_testcase = True
        self.block.__enter__()
        return self

    def undo(self) -> None:
        transaction.set_rollback(True)

    def __exit__(self, *raised):
        if raised[0]:
            self.undo()
        self.block.__exit__(*raised)


def rows_of(table: str) -> dict:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [column.name for column in cursor.description]
        kept = [(n, name) for n, name in enumerate(columns) if f"{table}.{name}" not in LOGS]
        if table in PAIRS:  # whoever is in it, in whatever row
            return {row[1:]: {} for row in cursor.fetchall()}
        return {row[0]: {name: row[n] for n, name in kept} for row in cursor.fetchall()}


def difference(before: dict, after: dict) -> Iterator[str]:
    for pk in sorted({*before, *after}, key=str):
        was, now = before.get(pk), after.get(pk)
        if was is None or now is None:
            yield "one row more" if was is None else "one row less"
        elif was != now:
            yield ", ".join(f"{name} {was[name]!r} → {now[name]!r}" for name in was if was[name] != now[name])


def told(page) -> tuple[list[str], list[str]]:
    """Fields that the page refuses, each with whether it is marked as required and what is said; error messages."""
    if page.streaming or "html" not in page.get("Content-Type", ""):
        return [], []
    tree = LexborHTMLParser(page.content.decode())
    refused = [
        f"{_where(node)}: {_words(node)}"
        for node in tree.css(".error, .errors, .errorlist")
        if "message" not in _class(node) and _words(node)
    ]
    return refused, [_words(node) for node in tree.css(".message.error")]


def _where(node) -> str:
    above = node
    while above is not None and above.tag != "form":
        fields = above.css("input:not([type=hidden]), select, textarea")
        if fields:
            names = sorted({f.attributes.get("name") or "" for f in fields})
            required = all("required" in f.attributes for f in fields) or _is_marked(above)
            return f"{', '.join(names)} ({'required' if required else 'not marked'})"
        above = above.parent
    return "the form"


def _is_marked(above) -> bool:
    """Its label carries the mark, or says so to those who do not see it; in the survey, it says not « optional »."""
    if _is_in_survey(above):
        return str(pgettext("form field", "optional")) not in map(_words, above.css(".optional"))
    said = str(pgettext("form field", "required"))
    marks = [mark for label in above.css("label, legend") for mark in label.css(".required, .visually-hidden")]
    return any("required" in _class(mark).split() or mark.text(strip=True) in ("required", said) for mark in marks)


def _is_in_survey(node) -> bool:
    while node is not None and node.id != "ballot":
        node = node.parent
    return node is not None


def _words(node) -> str:
    return " ".join(node.text(deep=True).split())


def _class(node) -> str:
    return node.attributes.get("class") or ""


def wrong_with(press: Press, answer: Answer) -> list[str]:
    found = (
        [] if answer.status < 400 or (press.kind == CREATION and answer.status == 422) else [f"answers {answer.status}"]
    )
    if press.kind == CREATION:
        lacks = press.asks or any("(required)" in said for said in answer.refused)
        found += [said for said in answer.refused if "(required)" not in said and not (lacks and "the form:" in said)]
        return found + ([] if lacks else answer.messages)
    found += answer.refused + answer.messages
    if press.kind == EDIT:
        found += [f"a browser stops at {name}" for name in press.asks]
    said = [change for change in answer.changed if press.kind == EDIT or not change.startswith(AUDIT)]
    return found + (said if press.kind in (EDIT, SEARCH) else [])


# ---------------------------------------------------------------- the tests


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """One world for all pages: each press writes inside a savepoint of its own, over this one."""
    with django_db_blocker.unblock(), taken_back() as around:
        yield Furnished()
        around.undo()


PRESSED = set()  # in this process, of the frame of pages


@pytest.mark.parametrize("name", PAGES)
def test_what_nobody_touched_does_not_change(name, standing, db):
    wrong, seen = [], set()
    for role, address, presses in standing.pages(name):
        for press in presses:
            if press.shape in seen | PRESSED:
                continue
            (PRESSED if press.is_in_frame else seen).add(press.shape)
            answers = pressed(standing.client(role), press)
            due = {view for view, before in AFTERWARDS.items() if before == press.view}
            wrong += [f"{press.key} offers no {view}" for view in due - {one.view for one, _answer in answers}]
            for one, answer in answers:
                faults = [] if one.key in REFUSED else wrong_with(one, answer)
                print("PRESS", one.kind, "|", one.key, "|", role, address, "|", answer)
                wrong += [f"{one.kind} « {one.key} » as {role} on {address}:", *faults] if faults else []
    assert not wrong, "\n".join(wrong)


def test_every_address_that_acts_is_pressed_from_a_page(standing, db, capsys):
    """The others are known one by one; what the pages hold is counted."""
    for name in PAGES:
        if name not in standing.found:  # its forms were pressed by another process
            list(standing.pages(name))
    pages = [presses for name in PAGES for presses in standing.found[name] if presses]
    found = {press.shape: press for presses in pages for press in presses}
    reached = {press.view for press in found.values()} | set(AFTERWARDS)
    kinds = Counter(press.kind for press in found.values())
    with capsys.disabled():
        print(f"\n{len(pages)} pages with forms; presses: {dict(kinds)}, and {len(AFTERWARDS)} offered next")

    acts = {name for name, line in TABLE.items() if "POST" in line.methods and line.of != "demo"}
    assert sorted(acts - reached - set(UNSHOWN)) == []
    assert sorted(set(UNSHOWN) & reached) == [], "these are pressed: they need no reason"
    ours = {key for key in KINDS if not key.startswith(ALLAUTH)}
    assert sorted(ours - {press.key for press in found.values()} - reached) == [], "no page has these"
