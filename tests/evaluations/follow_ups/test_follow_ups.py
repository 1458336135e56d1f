"""Conversations with one member: their notes are the author's, and whoever else reads them is seen to."""

import datetime as dt
import io
import json
import zipfile

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.domain import erasing
from accounts.models import AuditLine
from communities.models import Outcome, Role
from evaluations.domain import archive
from evaluations.domain.follow_ups import notes
from evaluations.models import FollowUpReading, IndividualFollowUp
from evaluations.web.today import Today
from meetings.domain.portal import my_data
from meetings.models import Improvement, Topic
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, on_one_line, submit

SECRET = "Son organisme ferme, elle n’ose pas le dire au groupe"
State = IndividualFollowUp.State
LONG_REASON = "Une personne pourrait être en danger ce soir"


def address(name, *of):
    return reverse(f"evaluations:{name}", args=[one.pk for one in of])


@pytest.fixture
def follow_up(sandrine, nadia):
    return make.a_follow_up(nadia.memberships.get(), sandrine, SECRET, state=State.HELD)


# ---------------------------------------------------------------- writing


def test_it_is_noted_from_the_page_of_the_person_reread_and_completed(community, sandrine, nadia, signed_in):
    client = signed_in(sandrine)
    membership = nadia.memberships.get()
    page = client.get(reverse("communities:membership", args=[membership.pk]))
    link = f"{address('add_follow_up', community)}?membre={membership.pk}"
    assert link in page.content.decode()

    answer = submit(client, link, {"state": "planned", "reason": "delicate", "on": timezone.localdate()})
    kept = IndividualFollowUp.objects.get()
    assert answer.url == kept.get_absolute_url()
    assert (kept.membership, kept.author, kept.state, kept.reason) == (membership, sandrine, "planned", "delicate")

    said = {"state": "held", "notes": SECRET, "next_step": "La rappeler", "next_step_on": dt.date(2030, 1, 15)}
    assert submit(client, kept.get_absolute_url(), said).status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.notes, kept.next_step) == ("held", SECRET, "La rappeler")
    page = on_one_line(client.get(kept.get_absolute_url()))
    assert SECRET in page
    assert "Y a-t-il un sujet difficile à aborder en grand groupe?" in page


def test_the_database_holds_no_word_of_it(follow_up):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM evaluations_individualfollowup")
        kept = str(cursor.fetchall())
    assert "n’ose pas" not in kept
    assert "gAAAAA" in kept
    assert IndividualFollowUp.objects.get().notes == SECRET, "the control: its author reads it"


def test_two_windows_lose_nothing(follow_up, sandrine, signed_in):
    client = signed_in(sandrine)
    page = follow_up.get_absolute_url()
    first, second = (form_on(client.get(page), {"notes": ""}) for _ in range(2))
    first.fill({"notes": "Premier texte"}).press(client)

    shown = second.fill({"notes": "Second texte"}).press(client)
    assert shown.status_code == 409
    assert "Premier texte" in shown.content.decode()
    assert "Second texte" in shown.content.decode()
    form_on(shown, {"notes": ""}).press(client)
    follow_up.refresh_from_db()
    assert follow_up.notes == "Second texte"


def test_what_cannot_be_is_said_at_its_field(community, sandrine, nadia, signed_in):
    client = signed_in(sandrine)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    link = f"{address('add_follow_up', community)}?membre={nadia.memberships.get().pk}"
    shown = submit(client, link, {"state": "held", "on": tomorrow, "next_step_on": tomorrow, "notes": SECRET})
    assert shown.status_code == 422
    assert "Ce jour est à venir" in on_one_line(shown)
    assert "Dites ce qui est à faire" in on_one_line(shown)
    assert SECRET in on_one_line(shown), "nothing typed is lost"
    assert not IndividualFollowUp.objects.exists()


def test_what_no_key_opens_stays_as_it_is_held_when_the_rest_is_saved(follow_up, sandrine, signed_in, settings):
    IndividualFollowUp.objects.update(reason="delicate")
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    client = signed_in(sandrine)
    page = on_one_line(client.get(follow_up.get_absolute_url()))
    assert SECRET not in page
    assert "ne peut pas être lu" in page
    submit(client, follow_up.get_absolute_url(), {"mode": "phone"})

    settings.FIELD_KEYS = keys
    follow_up.refresh_from_db()
    assert (follow_up.mode, follow_up.notes, follow_up.reason) == ("phone", SECRET, "delicate")


# ---------------------------------------------------------------- who reads


def test_neither_who_facilitates_too_nor_who_coordinates_reads_it(follow_up, rita, philippe, karim, nadia, signed_in):
    page = follow_up.get_absolute_url()
    for person in (rita, philippe, karim, nadia):
        client = signed_in(person)
        assert client.get(page).status_code == 404
        assert SECRET not in client.get(address("follow_ups", follow_up.community), follow=True).content.decode()
        assert "Nadia Amrani</a>" not in client.get(address("follow_ups", follow_up.community)).content.decode()


def test_whom_the_author_names_reads_it_is_told_and_is_seen_to_have_read(
    follow_up, sandrine, rita, signed_in, django_capture_on_commit_callbacks
):
    page = follow_up.get_absolute_url()
    submit(signed_in(sandrine), page, {"reader": rita.pk})
    mail = Message.objects.get(kind="follow-up-shared")
    assert mail.recipient == rita
    assert "Nadia" not in mail.text + mail.subject
    assert SECRET not in mail.text

    client = signed_in(rita)
    assert SECRET in on_one_line(client.get(page))
    client.get(page)
    assert FollowUpReading.objects.filter(reader=rita).count() == 1, "once an hour"
    assert client.post(page, {"notes": "Autre chose"}).status_code == 403
    seen = on_one_line(signed_in(sandrine).get(page))
    assert "Rita Gagnon" in seen[seen.index("Lu par d’autres") :]

    row = follow_up.readers.get()
    client = signed_in(sandrine)
    form_on(client.get(page), holding={"reader": row.pk}).press(client)
    assert signed_in(rita).get(page).status_code == 404


def test_a_coordinator_opens_it_with_a_reason_and_the_author_is_told(follow_up, sandrine, philippe, signed_in):
    client, membership = signed_in(philippe), follow_up.membership
    page = address("open_follow_ups", follow_up.community)
    refused = submit(client, page, {"membership": membership.pk, "because": "urgent"})
    assert refused.status_code == 422
    assert "20 lettres" in on_one_line(refused)
    assert client.get(follow_up.get_absolute_url()).status_code == 404

    submit(client, page, {"membership": membership.pk, "because": LONG_REASON})
    assert SECRET in on_one_line(client.get(follow_up.get_absolute_url()))
    mail = Message.objects.get(kind="follow-up-opened")
    assert mail.recipient == sandrine
    assert LONG_REASON not in mail.text
    assert "Nadia" not in mail.text
    assert LONG_REASON in on_one_line(signed_in(sandrine).get(follow_up.get_absolute_url()))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        assert signed_in(philippe).get(follow_up.get_absolute_url()).status_code == 404


def test_one_s_own_notes_are_never_opened(follow_up, philippe, signed_in):
    make.a_member(follow_up.community, philippe)
    about_him = make.a_follow_up(philippe.memberships.get(), follow_up.author)
    client = signed_in(philippe)
    page = address("open_follow_ups", follow_up.community)
    assert (
        str(philippe.memberships.get().pk)
        not in form_on(client.get(page), {"because": ""}).named("membership")[0].options
    )
    answer = client.post(page, {"membership": philippe.memberships.get().pk, "because": LONG_REASON})
    assert answer.status_code == 422
    assert client.get(about_him.get_absolute_url()).status_code == 404


def test_whoever_leads_no_more_reads_no_more(follow_up, sandrine, signed_in):
    assert signed_in(sandrine).get(follow_up.get_absolute_url()).status_code == 200
    sandrine.role_assignments.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert signed_in(sandrine).get(follow_up.get_absolute_url()).status_code == 404


def test_in_an_archived_community_its_author_still_names_a_reader_and_destroys_it(
    follow_up, community, sandrine, philippe, signed_in
):
    community.status = "archived"
    community.save()
    client, page = signed_in(sandrine), follow_up.get_absolute_url()
    assert "Enregistrer</button>" not in client.get(page).content.decode(), "nothing is written in it any more"
    submit(client, page, {"reader": philippe.pk})
    assert SECRET in on_one_line(signed_in(philippe).get(page))
    client = signed_in(sandrine)
    form_on(client.get(page), action=address("destroy_follow_up", follow_up)).press(client)
    assert not IndividualFollowUp.objects.exists()


def test_without_a_programme_nobody_of_another_community_can_be_named(sandrine):
    alone, other = make.a_community("Seule"), make.a_community("Autre seule")
    for place in (alone, other):
        make.a_role(make.a_person(f"De {place.name}"), Role.FACILITATOR, community=place)
    make.a_role(sandrine, Role.FACILITATOR, community=alone)
    follow_up = make.a_follow_up(make.a_member(alone), sandrine)
    assert [one.first_name for one in notes.possible_readers(follow_up)] == ["De Seule"]


def test_whom_one_is_named_for_is_listed_without_the_reason(follow_up, rita, sandrine, signed_in):
    IndividualFollowUp.objects.update(reason="takes_room")
    notes.name_reader(follow_up, rita, by=sandrine)
    listed = on_one_line(signed_in(rita).get(address("follow_ups", follow_up.community)))
    assert "Nadia Amrani" in listed
    assert "Prend beaucoup de place" not in listed
    assert "Prend beaucoup de place" in on_one_line(signed_in(rita).get(follow_up.get_absolute_url())), "read, and seen"


def test_what_is_not_needed_any_more_stays_where_its_author_finds_it(follow_up, sandrine, signed_in):
    IndividualFollowUp.objects.update(state=State.NOT_NEEDED)
    assert "Nadia Amrani" in on_one_line(signed_in(sandrine).get(address("follow_ups", follow_up.community)))


def test_sent_twice_it_is_one(community, sandrine, nadia):
    membership = nadia.memberships.get()
    first, again = (notes.write(membership, by=sandrine, notes=SECRET) for _ in range(2))
    assert first == again
    assert notes.write(membership, by=sandrine, notes="Autre chose") != first


def test_the_log_says_who_opened_and_never_of_whom(follow_up, sandrine, philippe, signed_in):
    submit(
        signed_in(philippe),
        address("open_follow_ups", follow_up.community),
        {"membership": follow_up.membership.pk, "because": LONG_REASON},
    )
    other = make.a_member(follow_up.community)
    notes.open_notes(other, LONG_REASON, by=philippe)
    first, line = AuditLine.objects.filter(action="follow_up.opened")
    assert (first.actor, first.number) == (line.actor, ""), "opening where nobody wrote leaves a line too"
    assert line.subject == ""
    assert line.details == {}
    assert line.community == follow_up.community_id


# ---------------------------------------------------------------- where it never goes


def test_it_is_in_no_archive_and_no_file_of_the_person(follow_up, community, sandrine, nadia, signed_in):
    made = io.BytesIO()
    archive.write_archive(make.an_archive(community, asked_by=sandrine), made, lambda done, parts: None)
    kept = zipfile.ZipFile(made)
    words = [kept.read(name).decode("utf-8", "replace") for name in kept.namelist()]
    assert any("Constellation" in text for text in words), "the control: what is in it is read"
    assert not any(SECRET in text for text in words)
    theirs = zipfile.ZipFile(io.BytesIO(my_data.archive(nadia)))
    told = json.loads(theirs.read("donnees.json"))["individual_follow_ups"]
    assert [row["with"] for row in told] == [sandrine.full_name]
    assert all(SECRET not in theirs.read(name).decode() for name in theirs.namelist())
    found = signed_in(sandrine).get(f"{reverse('meetings:search')}?q=ferme")
    assert "n’ose pas" not in found.content.decode()


def test_a_member_is_not_told_of_one_that_is_only_foreseen(sandrine, nadia):
    make.a_follow_up(nadia.memberships.get(), sandrine, state=State.PLANNED)
    told = {held.section.name: held.rows for held in my_data.held_about(nadia)}
    assert told["individual_follow_ups"] == []


# ---------------------------------------------------------------- passing on


@pytest.mark.parametrize(("becomes", "model"), [("topic", Topic), ("improvement", Improvement), ("outcome", Outcome)])
def test_a_line_is_passed_on_and_points_at_nobody(becomes, model, follow_up, sandrine, signed_in):
    before = set(model.objects.values_list("pk", flat=True))
    submit(
        signed_in(sandrine),
        follow_up.get_absolute_url(),
        {"words": "Parler de la fin d’un service", "becomes": becomes},
    )
    made = model.objects.exclude(pk__in=before).get()
    assert made.community == follow_up.community
    assert "Parler de la fin d’un service" in str(vars(made))
    people = [f for f in model._meta.get_fields() if f.concrete and f.is_relation and f.many_to_one]
    assert all(getattr(made, f.attname) != follow_up.membership_id for f in people if "member" in f.name)
    line = AuditLine.objects.get(action="follow_up.passed_on")
    assert (line.number, line.subject) == ("", "")


@pytest.mark.parametrize("words", ["Nadia hésite", "Mme amrani hésite", "La Table de quartier Ahuntsic ferme"])
def test_a_line_that_names_is_refused_and_kept_on_the_page(words, follow_up, sandrine, signed_in):
    shown = submit(signed_in(sandrine), follow_up.get_absolute_url(), {"words": words, "becomes": "topic"})
    assert shown.status_code == 422
    assert words in on_one_line(shown)
    assert SECRET in on_one_line(shown)
    assert not Topic.objects.exists()


def test_the_objectives_and_the_rules_are_sent_again(follow_up, community, sandrine, nadia, signed_in):
    make.a_rules_version(community)
    community.objectives.create(wording="Rompre l’isolement des pères")
    said = {"parts": ["objectives", "rules"], "sentence": "Voici de quoi en reparler."}
    submit(signed_in(sandrine), follow_up.get_absolute_url(), said)
    mail = Message.objects.get(kind="charter-again")
    assert mail.recipient == nadia
    assert "Rompre l’isolement des pères" in mail.text
    assert "Voici de quoi en reparler." in mail.text
    assert "suivi" not in mail.text.lower()
    assert SECRET not in mail.text


# ---------------------------------------------------------------- the end


def test_it_is_destroyed_by_its_author(follow_up, sandrine, signed_in):
    client = signed_in(sandrine)
    form_on(client.get(follow_up.get_absolute_url()), action=address("destroy_follow_up", follow_up)).press(client)
    assert not IndividualFollowUp.objects.exists()


def test_it_goes_a_year_after_the_person_left(follow_up, sandrine, community):
    other = make.a_follow_up(make.a_member(community), sandrine)
    left = timezone.localdate() - dt.timedelta(days=364)
    follow_up.membership.become("alumni", on=left)
    assert notes.destroy_expired() == 0
    assert notes.destroy_expired(timezone.now() + dt.timedelta(days=3)) == 1
    assert list(IndividualFollowUp.objects.all()) == [other]


def test_it_goes_a_year_after_the_community_was_archived(follow_up, community):
    community.status_changes.create(became="archived", at=timezone.now() - dt.timedelta(days=366))
    assert notes.destroy_expired() == 0, "the control: it is not archived"
    community.status = "archived"
    community.save()
    assert notes.destroy_expired() == 1


def test_it_goes_a_year_after_its_author_led_there_for_the_last_time(follow_up, sandrine, rita, community):
    kept = make.a_follow_up(make.a_member(community), rita)
    sandrine.role_assignments.update(ends_on=timezone.localdate() - dt.timedelta(days=360))
    assert notes.destroy_expired() == 0
    assert notes.destroy_expired(timezone.now() + dt.timedelta(days=7)) == 1
    assert list(IndividualFollowUp.objects.all()) == [kept]


def test_erasing_the_person_destroys_it_and_another_s_notes_lose_her_name(follow_up, sandrine, nadia, community):
    other = make.a_follow_up(make.a_member(community), sandrine, "Parle souvent de Nadia Amrani, qui l’aide")
    erasing.erase(nadia)
    assert not IndividualFollowUp.objects.filter(pk=follow_up.pk).exists()
    other.refresh_from_db()
    assert "Amrani" not in other.notes
    assert "qui l’aide" in other.notes


def test_today_says_how_many_and_never_who(follow_up, sandrine, rita):
    follow_up.next_step, follow_up.next_step_on = "La rappeler", timezone.localdate()
    follow_up.save()
    mine = [one for one in Today(sandrine).to_do if "suivi individuel" in one.title]
    assert len(mine) == 1
    assert "Nadia" not in mine[0].title + mine[0].detail
    assert not [one for one in Today(rita).to_do if "suivi individuel" in one.title]
    IndividualFollowUp.objects.update(is_next_step_done=True)
    assert not [one for one in Today(sandrine).to_do if "suivi individuel" in one.title]
