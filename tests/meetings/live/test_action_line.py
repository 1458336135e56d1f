"""An action as one writes it, in French and in English: what is understood, and what stays in the text."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Membership
from meetings.domain.live import live_session
from meetings.domain.live.action_line import read_action
from meetings.models import Meeting, Note
from tests import factories as make
from tests.forms import submit

MONDAY = dt.date(2026, 11, 30)
CAST = [
    ("Nadia", "Amrani"),
    ("Karim", "Lahlou"),
    ("Marie", "Roy"),
    ("Marie-Claude", "Côté"),
    ("Julien", "Trudel"),
    ("Julien", "Roy"),
    ("Édith", "Rocher"),
]


@pytest.fixture
def cast():
    return [Membership(pk=n, user=User(first_name=first, last_name=last)) for n, (first, last) in enumerate(CAST)]


DATED = [
    ("envoyer le gabarit 15 décembre", "envoyer le gabarit", "2026-12-15"),
    ("envoyer le gabarit le 15 déc.", "envoyer le gabarit", "2026-12-15"),
    ("Envoyer le gabarit d’ici le 15 DÉCEMBRE", "Envoyer le gabarit", "2026-12-15"),
    ("envoyer le gabarit pour le 1er février", "envoyer le gabarit", "2027-02-01"),
    ("avant le 3 mars 2027, rencontrer la ville", "rencontrer la ville", "2027-03-03"),
    ("compte rendu mardi 15 décembre 2026", "compte rendu", "2026-12-15"),
    ("envoyer 15/12", "envoyer", "2026-12-15"),
    ("envoyer avant le 3/2 à tout le monde", "envoyer à tout le monde", "2027-02-03"),
    ("relire le 2026-12-18", "relire", "2026-12-18"),
    ("envoyer demain", "envoyer", "2026-12-01"),
    ("après-demain, envoyer le gabarit", "envoyer le gabarit", "2026-12-02"),
    ("l’envoyer aujourd’hui", "l’envoyer", "2026-11-30"),
    ("appeler la salle vendredi", "appeler la salle", "2026-12-04"),
    ("appeler la salle d’ici vendredi, avec trois dates", "appeler la salle, avec trois dates", "2026-12-04"),
    ("payer 50 $ avant jeudi prochain", "payer 50 $", "2026-12-03"),
    ("Imprimer les feuilles 20 sept.", "Imprimer les feuilles", "2027-09-20"),
    ("relancer lundi", "relancer", "2026-12-07"),
    ("rappeler dans 2 semaines", "rappeler", "2026-12-14"),
    ("rappeler d’ici 10 jours", "rappeler", "2026-12-10"),
    ("rappeler dans un mois", "rappeler", "2026-12-30"),
    ("compte rendu fin février", "compte rendu", "2027-02-28"),
    ("send the template dec 15", "send the template", "2026-12-15"),
    ("send the template by December 15th", "send the template", "2026-12-15"),
    ("send the template by 15 December 2026", "send the template", "2026-12-15"),
    ("send it 12/15", "send it", "2026-12-15"),
    ("by Friday, send the template", "send the template", "2026-12-04"),
    ("on Friday call the venue", "call the venue", "2026-12-04"),
    ("call them tomorrow", "call them", "2026-12-01"),
    ("call them in 3 days", "call them", "2026-12-03"),
    ("minutes by the end of January", "minutes", "2027-01-31"),
]
LEFT_AS_THEY_ARE = [
    "Check whether section 4 may change",
    "Imprimer 20 sept feuilles",
    "préparer le bilan du 15 décembre",
    "prévoir la rencontre de demain",
    "tenir la halte le samedi",
    "ouvrir chaque vendredi",
    "organiser les rencontres du vendredi",
    "réserver une 1/2 journée de formation",
    "réunir 15 personnes en décembre",
    "reporter du 3 au 5 décembre",
    "finir le 31 février",
    "trouver une salle pour 20 personnes d’ici février",
    "it may take 5 people",
    "écrire à info@nadia.org",
    "demander @personne",
    "appeler @julien",
]


@pytest.mark.parametrize(("line", "text", "day"), DATED)
def test_a_day_is_understood(line, text, day):
    action = read_action(line, [], MONDAY)

    assert (action.text, str(action.due_on)) == (text, day)


@pytest.mark.parametrize("line", LEFT_AS_THEY_ARE)
def test_what_is_not_understood_stays_in_the_text(line, cast):
    action = read_action(line, cast, MONDAY)

    assert (action.text, action.assignee, action.due_on) == (line, None, None)


@pytest.mark.parametrize(
    ("line", "text", "who"),
    [
        ("envoyer le gabarit @nadia", "envoyer le gabarit", "Nadia Amrani"),
        ("envoyer le gabarit @Nadia Amrani", "envoyer le gabarit", "Nadia Amrani"),
        ("@nadia-amrani envoie le gabarit", "envoie le gabarit", "Nadia Amrani"),
        ("envoyer le gabarit (@karim)", "envoyer le gabarit", "Karim Lahlou"),
        ("envoyer le gabarit @kar", "envoyer le gabarit", "Karim Lahlou"),
        ("appeler @edith", "appeler", "Édith Rocher"),
        ("appeler @julien t.", "appeler", "Julien Trudel"),
        ("appeler @roy", "appeler @roy", None),  # two of that name
        ("appeler @ka", "appeler @ka", None),  # too few letters
        ("@marie rédige", "rédige", "Marie Roy"),
        ("@marie-claude rédige", "rédige", "Marie-Claude Côté"),
        ("parler à @nadia du budget", "parler à Nadia Amrani du budget", "Nadia Amrani"),
        ("@nadia et @karim préparent l’accueil", "Nadia Amrani et Karim Lahlou préparent l’accueil", "Nadia Amrani"),
    ],
)
def test_a_person_is_understood(line, text, who, cast):
    action = read_action(line, cast, MONDAY)

    assert (action.text, action.assignee and action.assignee.user.full_name) == (text, who)


def test_a_line_of_a_name_and_a_day_alone_keeps_its_words(cast):
    action = read_action("@nadia 15 décembre", cast, MONDAY)

    assert (action.text, action.due_on) == ("@nadia 15 décembre", dt.date(2026, 12, 15))
    assert action.assignee.user.first_name == "Nadia"


# ------------------------------------------------------------ as it is sent


@pytest.fixture
def live(meeting, nadia):
    make.a_member(meeting.community, make.a_person("Julien", "Trudel"))
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60))
    meeting.refresh_from_db()
    live_session.start(meeting)
    return Meeting.objects.get(pk=meeting.pk)


def write(client, live, text, **chosen):
    page, action = reverse("meetings:live", args=[live.pk]), reverse("meetings:add_note", args=[live.pk])
    return submit(client, page, {"text": text, **chosen}, action=action)


def read(client, live, text, **more):
    return client.post(reverse("meetings:read_action", args=[live.pk]), {"text": text, **more}).json()


def test_without_a_script_the_line_sent_is_an_action_with_its_person_and_its_day(live, karim, nadia, signed_in):
    tomorrow = timezone.localdate(timezone=live.zone) + dt.timedelta(days=1)

    write(signed_in(karim), live, "> envoyer le gabarit @nadia demain")

    note = live.notes.get()
    assert (note.kind, note.text, note.due_on) == (Note.Kind.ACTION, "envoyer le gabarit", tomorrow)
    assert note.assignee == nadia.memberships.get()


def test_what_is_chosen_beside_the_line_wins_over_what_it_says(live, karim, signed_in):
    julien = live.community.memberships.get(user__first_name="Julien")

    write(signed_in(karim), live, "> envoyer @nadia demain", assignee=str(julien.pk), due_on="2027-01-20")

    note = live.notes.get()
    assert (note.text, note.assignee, note.due_on) == ("envoyer", julien, dt.date(2027, 1, 20))


def test_another_kind_of_line_keeps_its_words(live, karim, signed_in):
    write(signed_in(karim), live, "! on se revoit demain avec @nadia")

    note = live.notes.get()
    assert (note.text, note.assignee, note.due_on) == ("on se revoit demain avec @nadia", None, None)


def test_what_the_line_would_be_is_told_before_it_is_sent_and_nothing_is_written(live, karim, nadia, signed_in):
    client, tomorrow = signed_in(karim), timezone.localdate(timezone=live.zone) + dt.timedelta(days=1)
    nadia, line = nadia.memberships.get(), "> envoyer le gabarit @nadia demain"
    whole = {"text": "envoyer le gabarit", "assignee": nadia.pk, "due_on": tomorrow.isoformat()}

    assert read(client, live, line) == whole
    assert read(client, live, line, as_is="assignee") == whole | {"text": "envoyer le gabarit @nadia", "assignee": None}
    assert read(client, live, line, as_is="due_on") == whole | {"text": "envoyer le gabarit demain", "due_on": ""}
    assert not live.notes.exists()


def test_somebody_of_another_community_is_nobody_here(live, karim, signed_in):
    make.a_member(make.a_community(), make.a_person("Zoé", "Tremblay"))

    assert read(signed_in(karim), live, "> appeler @zoé")["assignee"] is None
