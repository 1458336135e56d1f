"""One page for a meeting, in three phases: what is prepared, what is run, what follows."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from meetings.domain.agenda import agendas
from meetings.domain.live import live_session
from meetings.domain.preparation import co_facilitation, note_taking
from meetings.models import Meeting, Note, Reply
from tests import factories as make
from tests.forms import forms_on, submit


def page_of(client, user, meeting, phase=""):
    client.force_login(user)
    return client.get(meeting.get_absolute_url(), {"phase": phase} if phase else {})


def phases_of(page):
    return [step.code for step in page.context["phases"]]


def green_buttons(page):
    """What each filled button of the page says."""
    found = re.findall(r'<(?:a|button)\s[^>]*class="btn btn-primary[^>]*>(.*?)</(?:a|button)>', page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", said).split()) for said in found]


# ------------------------------------------------------------ which phase, for whom


def test_the_clock_chooses_the_phase_and_the_address_may_ask_for_another(client, meeting, sandrine):
    assert page_of(client, sandrine, meeting).context["phase"] == "preparer"
    assert page_of(client, sandrine, meeting, "animer").context["phase"] == "animer"
    assert page_of(client, sandrine, meeting, "n’importe quoi").context["phase"] == "preparer"
    with time_machine.travel(meeting.starts_at - dt.timedelta(minutes=61)):
        assert page_of(client, sandrine, meeting).context["phase"] == "preparer"
    with time_machine.travel(meeting.starts_at - dt.timedelta(minutes=59)):
        assert page_of(client, sandrine, meeting).context["phase"] == "animer"
    with time_machine.travel(meeting.ends_at + dt.timedelta(minutes=1)):
        assert page_of(client, sandrine, meeting).context["phase"] == "suivre"


def test_a_meeting_under_way_leads_back_to_its_console_and_a_closed_one_to_what_follows(client, meeting, sandrine):
    live_session.start(meeting)
    page = page_of(client, sandrine, meeting)
    console = reverse("meetings:live", args=[meeting.pk])
    assert page.context["phase"] == "animer"
    assert console in [step.address for step in page.context["phases"]]

    Meeting.objects.filter(pk=meeting.pk).update(closed_at=timezone.now())
    page = page_of(client, sandrine, meeting)
    assert page.context["phase"] == "suivre"
    assert console not in [step.address for step in page.context["phases"]]


def test_each_role_has_the_phases_it_works_in(client, community, meeting, sandrine, karim, nadia, philippe):
    helper = make.a_member(community).user
    co_facilitation.name(meeting, [helper.memberships.get()])
    evaluator = make.a_person("Eve")
    make.a_role(evaluator, Role.EVALUATOR, community=community)

    shown = {user.first_name: phases_of(page_of(client, user, meeting)) for user in (sandrine, karim, nadia, philippe)}

    assert shown == {
        "Sandrine": ["preparer", "animer", "suivre"],
        "Philippe": ["preparer", "animer", "suivre"],
        "Karim": ["animer", "suivre"],
        "Nadia": [],
    }
    assert phases_of(page_of(client, helper, meeting)) == ["preparer", "animer", "suivre"]
    assert phases_of(page_of(client, evaluator, meeting)) == []
    assert page_of(client, karim, meeting, "preparer").context["phase"] == "animer"


def test_a_meeting_called_off_has_no_phase_and_says_how_it_was_prepared(client, meeting, sandrine):
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=timezone.now())

    page = page_of(client, sandrine, meeting)
    prepared = client.get(reverse("meetings:prepare", args=[meeting.pk]))

    assert page.context["phase"] == ""
    assert prepared.context["phase"] == "preparer"
    assert "Cette rencontre a été annulée." in prepared.text


# ------------------------------------------------------------ the next step


def test_the_one_green_button_is_the_next_thing_to_do(client, community, meeting, sandrine, karim):
    Meeting.objects.filter(pk=meeting.pk).update(title="", link="")
    said = []

    def look(**done):
        Meeting.objects.filter(pk=meeting.pk).update(**done)
        meeting.refresh_from_db()
        said.extend(green_buttons(page_of(client, sandrine, meeting)))

    look()
    look(title="Rejoindre les pères isolés")
    agendas.default_agenda(meeting)
    look()
    look(link="https://zoom.example/j/123")
    look(invited_at=timezone.now())
    submit(client, reverse("meetings:prepare", args=[meeting.pk]), button=f"person={karim.pk}")
    look()

    assert said == [
        "Choisir le sujet",
        "Composer le déroulement",
        "Ajouter le lien",
        "Préparer l’invitation",
        "Confier les notes à Karim L.",
    ]


def test_each_page_has_one_green_button_at_most(client, meeting, sandrine, karim, nadia, philippe):
    agendas.default_agenda(meeting)
    for phase in ("", "animer", "suivre"):
        for user in (sandrine, karim, nadia, philippe):
            assert len(green_buttons(page_of(client, user, meeting, phase))) <= 1, (phase, user)
    live_session.start(meeting)
    assert green_buttons(page_of(client, sandrine, meeting)) == []  # « Back to the meeting » has its own colour


# ------------------------------------------------------------ who takes the notes


def took_notes(community, user, days):
    then = timezone.now() - dt.timedelta(days=days)
    return make.a_meeting(community, then, note_taker=user, closed_at=then)


def test_who_took_notes_lately_is_proposed(community, meeting, karim):
    chloe = make.a_person("Chloé")
    make.a_role(chloe, Role.NOTE_TAKER, community=community)
    for days, user in ((30, karim), (60, karim), (90, chloe), (120, chloe), (150, chloe)):
        took_notes(community, user, days)

    assert note_taking.proposed(meeting) == note_taking.Proposal(karim, 2)

    meeting.facilitators.add(karim)
    assert note_taking.proposed(Meeting.objects.get(pk=meeting.pk)) == note_taking.Proposal(chloe, 1)


def test_whoever_lost_the_role_is_not_proposed_nor_named(community, meeting, karim):
    took_notes(community, karim, 30)
    karim.role_assignments.all().delete()

    assert note_taking.proposed(meeting) is None
    with pytest.raises(ValidationError):
        note_taking.entrust(meeting, karim.pk)


def test_notes_are_entrusted_in_a_press_and_taken_back_in_another(client, meeting, sandrine, karim):
    client.force_login(sandrine)
    done = submit(client, reverse("meetings:prepare", args=[meeting.pk]), button=f"person={karim.pk}", follow=True)
    meeting.refresh_from_db()
    assert meeting.note_taker == karim

    submit(client, done, button="undo")
    meeting.refresh_from_db()
    assert meeting.note_taker is None


def test_of_two_who_entrust_the_notes_the_first_is_kept(community, meeting, karim):
    """The second is told; and an undo does not take them from somebody named since."""
    chloe = make.a_person("Chloé")
    make.a_role(chloe, Role.NOTE_TAKER, community=community)
    note_taking.entrust(meeting, karim.pk)

    with pytest.raises(ValidationError):
        note_taking.entrust(meeting, chloe.pk)
    assert not note_taking.take_notes_back(meeting, chloe.pk)
    assert Meeting.objects.get(pk=meeting.pk).note_taker == karim


def test_a_co_facilitating_member_does_not_name_who_takes_the_notes(client, meeting, nadia, karim):
    co_facilitation.name(meeting, [nadia.memberships.get()])
    client.force_login(nadia)

    page = client.get(reverse("meetings:prepare", args=[meeting.pk]))

    assert not [form for form in forms_on(page) if "prise-de-notes" in form.action]


# ------------------------------------------------------------ the agenda, by the clock


@pytest.fixture
def laid_out(meeting):
    for position, (title, minutes) in enumerate([("Accueil", 5), ("Échange", 40), ("Évaluation", 15)]):
        meeting.agenda.create(kind="exchange", title=title, minutes=minutes, position=position)
    return meeting


def titles_of(meeting):
    return [block.title for block in Meeting.objects.get(pk=meeting.pk).agenda.all()]


def test_each_block_has_its_hour_and_the_height_of_its_length(laid_out):
    slots = agendas.slots_of(laid_out)

    assert [(slot.starts - laid_out.local_start).total_seconds() / 60 for slot in slots] == [0, 5, 45]
    assert slots[0].height < slots[2].height < slots[1].height


def test_a_block_is_moved_by_its_button_and_by_drag(client, laid_out, sandrine):
    client.force_login(sandrine)
    page = laid_out.get_absolute_url()

    submit(client, page, button="step=down-0")
    assert titles_of(laid_out) == ["Échange", "Accueil", "Évaluation"]

    dragged = next(form for form in forms_on(client.get(page)) if "deplacer" in form.action)
    hidden = next(button for button in dragged.buttons if "data-move" in button.node.attributes)
    hidden.node.attrs["value"] = "move-2-0"  # what the script of the page writes
    dragged.press(client, hidden)
    assert titles_of(laid_out) == ["Évaluation", "Échange", "Accueil"]


def test_of_two_who_move_blocks_the_second_sees_what_the_first_did(client, laid_out, sandrine):
    client.force_login(sandrine)
    page = client.get(laid_out.get_absolute_url())
    Meeting.objects.filter(pk=laid_out.pk).update(version=F("version") + 1)

    answer = submit(client, page, button="step=down-0", follow=True)

    assert titles_of(laid_out) == ["Accueil", "Échange", "Évaluation"]
    assert "entre-temps" in answer.text


@pytest.mark.parametrize("step", [(0, 9), (9, 0), (1, 1)])
def test_a_move_to_nowhere_changes_nothing(laid_out, step):
    assert agendas.move(laid_out, *step, version=laid_out.version)
    assert titles_of(laid_out) == ["Accueil", "Échange", "Évaluation"]


def test_nothing_is_moved_once_the_meeting_has_begun(client, laid_out, sandrine):
    live_session.start(laid_out)
    with pytest.raises(ValidationError):
        agendas.move(laid_out, 0, 1, version=laid_out.version)
    page = page_of(client, sandrine, laid_out)
    assert not [form for form in forms_on(page) if "deplacer" in form.action]


# ------------------------------------------------------------ the lobby


def test_the_lobby_says_who_comes_what_they_ask_and_what_was_decided(client, community, meeting, sandrine, nadia):
    last = took_notes(community, None, 30)
    older = took_notes(community, None, 60)
    make.an_attendance(last, nadia.memberships.get())
    make.a_note(last, "On partage les outils", kind=Note.Kind.DECISION)
    make.a_note(last, "Une idée parmi d’autres", kind=Note.Kind.IDEA)
    make.a_note(older, "On se voit le mardi", kind=Note.Kind.DECISION)
    newcomer = make.a_member(community, make.a_person("Rosalie", "Roy"))
    Reply.objects.create(meeting=meeting, membership=newcomer, answer="yes", wish="Par où commencer")

    page = page_of(client, sandrine, meeting, "animer")

    assert "Rosalie Roy" in page.text
    assert "Par où commencer" in page.text
    assert [note.text for note in page.context["decisions"]] == ["On partage les outils"]
    assert page.context["preparation"].first_timers == 1


def test_a_note_taker_in_the_lobby_reads_no_reply(client, community, meeting, karim):
    said = make.a_member(community, make.a_person("Rosalie", "Roy"))
    Reply.objects.create(meeting=meeting, membership=said, answer="yes", wish="Par où commencer")

    page = page_of(client, karim, meeting, "animer")

    assert "Par où commencer" not in page.text
    assert green_buttons(page) == ["Animer la rencontre"]


def test_decisions_of_a_meeting_whose_notes_one_may_not_read_are_not_in_the_lobby(client, community, meeting, nadia):
    """A co-facilitating member reads what was published: nothing of this one was."""
    last = took_notes(community, None, 30)
    make.a_note(last, "On partage les outils", kind=Note.Kind.DECISION)
    co_facilitation.name(meeting, [nadia.memberships.get()])

    assert page_of(client, nadia, meeting, "animer").context["decisions"] == []


# ------------------------------------------------------------ what follows


def test_what_follows_is_listed_and_the_next_one_is_green(client, meeting, sandrine):
    live_session.start(meeting)
    assert green_buttons(page_of(client, sandrine, meeting, "suivre")) == ["Clore la rencontre"]

    Meeting.objects.filter(pk=meeting.pk).update(closed_at=timezone.now())
    page = page_of(client, sandrine, meeting)
    assert [step.is_done for step in page.context["steps"]] == [True, True, False, False, False]
    assert len(green_buttons(page)) == 1


def test_a_meeting_that_nobody_started_asks_for_its_attendance(client, meeting, sandrine):
    with time_machine.travel(meeting.ends_at + dt.timedelta(hours=1)):
        page = page_of(client, sandrine, meeting)
    assert reverse("meetings:import_attendance", args=[meeting.pk]) in page.text
    assert green_buttons(page) == ["Importer le fichier de présences"]
