"""The facilitator's minute is for its author alone."""

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from evaluations.domain import archive
from evaluations.web.today import Today
from meetings.domain.followup import private_journal
from meetings.domain.portal import my_data
from meetings.models import Reflection
from tests import factories as make
from tests.forms import form_on, submit

SECRET = "J’ai trop parlé"


@pytest.fixture
def held(community, sandrine):
    start = timezone.now() - dt.timedelta(hours=3)
    meeting = make.a_meeting(community, start, title="Un sujet", started_at=start, closed_at=timezone.now())
    meeting.facilitators.add(sandrine)
    return meeting


@pytest.fixture
def page(held):
    return reverse("meetings:reflect", args=[held.pk])


def test_it_is_written_reread_and_written_again(held, page, sandrine, signed_in):
    client = signed_in(sandrine)
    first = {"face": "4", "contributed": "half", "words": SECRET, "plans_follow_up": True}
    form = form_on(client.get(page), first).fill(first, scripted={"prompt": "unlocked"})

    assert form.press(client).url == reverse("meetings:journal")
    again = form_on(client.get(page), first)
    again.fill({"words": "Mieux dit"}, scripted={"prompt": "keep"}).press(client)

    kept = Reflection.objects.get()
    assert (kept.face, kept.contributed, kept.words, kept.plans_follow_up) == (4, "half", "Mieux dit", True)
    assert kept.prompt == "unlocked", "its question stays"
    assert "Mieux dit" in client.get(reverse("meetings:journal")).content.decode()


def test_it_asks_whether_the_group_stayed_close_to_its_objective_and_kept_its_rules(held, page, sandrine, signed_in):
    held.objective = "Repartir avec trois pistes"
    held.save()
    client = signed_in(sandrine)
    assert "Repartir avec trois pistes" in client.get(page).content.decode()

    submit(client, page, {"stayed_close": "3", "rules_kept": "recalled"})

    kept = Reflection.objects.get()
    assert (kept.stayed_close, kept.rules_kept) == ("3", "recalled")
    journal = client.get(reverse("meetings:journal")).content.decode()
    assert "Plutôt d’accord" in journal
    assert "Rappel fait" in journal
    submit(client, page, {"face": "5"})
    kept.refresh_from_db()
    assert (kept.face, kept.stayed_close, kept.rules_kept) == (5, "3", "recalled"), "the rest stays"


def test_it_may_be_left_unsaid(held, page, sandrine, signed_in):
    submit(signed_in(sandrine), page, {"face": "5"})

    kept = Reflection.objects.get()
    assert (kept.stayed_close, kept.rules_kept) == ("", "")


def test_questions_turn_from_one_meeting_to_the_next(community, sandrine):
    asked = []
    for n in range(7):
        past = make.a_meeting(community, timezone.now() - dt.timedelta(days=n + 1), closed_at=timezone.now())
        mine = private_journal.reflection_of(past, sandrine)
        asked.append(mine.prompt)
        private_journal.write_journal(past, sandrine, mine.prompt)

    assert asked == [*private_journal.PROMPTS, "surprise"]


def test_nobody_else_reads_it_whatever_their_role(held, page, sandrine, philippe, karim, nadia, ada, client):
    private_journal.write_journal(held, sandrine, "keep", words=SECRET)
    colleague = make.a_person("Collègue")
    make.a_role(colleague, Role.FACILITATOR, community=held.community)

    for person in (philippe, karim, nadia, ada, colleague):
        client.force_login(person)
        for address in (page, reverse("meetings:journal"), held.get_absolute_url(), "/"):
            assert SECRET not in client.get(address).content.decode()


def test_it_is_in_no_export_and_no_archive(held, sandrine):
    private_journal.write_journal(held, sandrine, "keep", words=SECRET)
    made = io.BytesIO()
    archive.write_archive(make.an_archive(held.community, asked_by=sandrine), made, lambda done, parts: None)

    for content in (made.getvalue(), my_data.archive(sandrine)):
        files = zipfile.ZipFile(io.BytesIO(content))
        assert not any(SECRET.encode() in files.read(name) for name in files.namelist())


def test_today_offers_it_for_a_week_to_who_ran_the_meeting(held, page, sandrine, philippe):
    other = make.a_person("Autre")
    make.a_role(other, Role.FACILITATOR, community=held.community)

    def is_offered(person, days=0):
        return page in [item.url for item in Today(person, timezone.now() + dt.timedelta(days=days)).to_do]

    assert is_offered(sandrine)
    assert not is_offered(sandrine, days=8)
    assert not is_offered(other)
    assert not is_offered(philippe)
    private_journal.write_journal(held, sandrine, "keep")
    assert not is_offered(sandrine)


def test_the_journal_costs_the_same_for_three_pages_and_for_thirty(community, sandrine, signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(sandrine)

    def cost(n):
        for _ in range(n):
            past = make.a_meeting(community, timezone.now() - dt.timedelta(days=1), closed_at=timezone.now())
            private_journal.write_journal(past, sandrine, "keep", words="…")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("meetings:journal"))
        return len(queries)

    assert cost(3) == cost(27)


# ---------------------------------------------------------------- what follows from it


def test_the_page_of_the_meeting_offers_it_among_what_follows(held, page, sandrine, karim, signed_in):
    follow = held.get_absolute_url() + "?phase=suivre"
    assert page in signed_in(sandrine).get(follow).content.decode()
    assert page not in signed_in(karim).get(follow).content.decode()


def test_two_who_facilitate_one_meeting_write_each_theirs(held, page, sandrine, rita, signed_in):
    submit(signed_in(sandrine), page, {"face": "2", "words": SECRET})
    assert SECRET not in signed_in(rita).get(page).content.decode()
    submit(signed_in(rita), page, {"face": "5"})

    assert {one.author: one.face for one in Reflection.objects.all()} == {sandrine: 2, rita: 5}


def test_rules_to_take_up_are_said_again_to_their_author_before_the_next_meeting(
    held, page, sandrine, rita, signed_in, community
):
    coming = make.a_meeting(community, timezone.now() + dt.timedelta(days=10), title="Suite")
    prepare = reverse("meetings:prepare", args=[coming.pk])
    line = "que les règles sont à reprendre avec le groupe"

    def is_reminded(person):
        asked = [item for item in Today(person).to_do if item.url == prepare and "règles" in item.title]
        on_page = line in signed_in(person).get(prepare).content.decode()
        assert bool(asked) == on_page
        return on_page

    assert not is_reminded(sandrine)
    submit(signed_in(sandrine), page, {"rules_kept": "again"})

    assert is_reminded(sandrine)
    assert not is_reminded(rita)
    make.a_meeting(community, timezone.now() - dt.timedelta(hours=1), closed_at=timezone.now())
    assert not is_reminded(sandrine), "another meeting was held since"


def test_a_follow_up_to_plan_waits_on_today_without_a_name_until_it_is_done(held, page, sandrine, rita, signed_in):
    client, journal = signed_in(sandrine), reverse("meetings:journal")
    submit(client, page, {"plans_follow_up": True, "follow_up_with": "Kenza, le logement"})

    def asked(person):
        return [item for item in Today(person).to_do if item.url == journal]

    (item,) = asked(sandrine)
    assert "Kenza" not in item.title + item.detail
    assert asked(rita) == []
    done = reverse("meetings:say_followed_up", args=[held.pk])
    shown = submit(client, journal, action=done, follow=True)

    assert asked(sandrine) == []
    kept = Reflection.objects.get()
    assert (kept.plans_follow_up, kept.follow_up_with) == (False, "")
    assert "Annuler" in shown.content.decode()
    signed_in(rita).post(done)
    assert Reflection.objects.count() == 1


def test_the_minute_leads_to_what_helped_or_hindered(held, page, sandrine, signed_in):
    answer = submit(signed_in(sandrine), page, {"face": "4"}, button="influence")

    assert answer["Location"] == reverse("evaluations:influences", args=[held.community_id])
    assert Reflection.objects.get().face == 4
