"""Preparing a meeting: who is coming, what is checked, who shares the facilitation, and what is erased after."""

import datetime as dt
import random
import zoneinfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.models import Role, profiles
from meetings.domain import feeds
from meetings.domain.agenda import agenda_models, agendas
from meetings.domain.invitations import invitations, needs
from meetings.domain.links import links
from meetings.domain.live import live_session
from meetings.domain.preparation import breakouts, co_facilitation
from meetings.domain.scheduling import planning
from meetings.models import Attendance, CalendarFeed, Meeting, Reply, Topic
from meetings.web.preparation.preparation_page import Preparation, history_of
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit

MONTREAL = zoneinfo.ZoneInfo("America/Toronto")


def says(meeting, membership, answer="yes", **fields):
    return Reply.objects.create(meeting=meeting, membership=membership, answer=answer, **fields)


def page_of(client, user, meeting, name="prepare"):
    client.force_login(user)
    return client.get(reverse(f"meetings:{name}", args=[meeting.pk]))


# ------------------------------------------------------------ the page


def test_it_says_who_is_coming_what_they_ask_and_who_is_new(client, community, meeting, sandrine, nadia):
    known = nadia.memberships.get()
    before = make.a_meeting(community, timezone.now() - dt.timedelta(days=30), closed_at=timezone.now())
    make.an_attendance(before, known)
    newcomer = make.a_member(community)
    says(meeting, known, wish="Le budget")
    says(meeting, newcomer, "maybe")

    page = page_of(client, sandrine, meeting)

    guests = page.context["preparation"].guests
    assert [(guest.membership, guest.is_first_time) for guest in guests] == [(known, False), (newcomer, True)]
    assert "Le budget" in page.content.decode()


def test_the_page_asks_as_much_for_thirty_people_as_for_three(client, community, meeting, sandrine):
    agendas.default_agenda(meeting)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("meetings:prepare", args=[meeting.pk])).status_code == 200
        return len(asked)

    def join(number):
        for _n in range(number):
            membership = make.a_member(community)
            says(meeting, membership, wish="Ceci", needs="Cela")
            meeting.co_facilitators.add(membership)

    join(3)
    assert page_of(client, sandrine, meeting).status_code == 200
    few = queries()
    join(27)

    assert queries() == few


def test_what_one_checks_the_others_see_and_twice_is_once(client, meeting, sandrine, karim, community):
    other = make.a_person("Omar")
    make.a_role(other, Role.FACILITATOR, community=community)
    tick = reverse("meetings:tick_check", args=[meeting.pk])

    opening = form_on(page_of(client, sandrine, meeting), button="check-opening")
    for _press in range(2):
        opening.press(client)
    client.post(tick, {"code": "nothing known", "done": "1"})

    seen = page_of(client, other, meeting).context["preparation"]
    assert [(code, check.by) for code, check in seen.checked.items()] == [("opening", sandrine)]
    submit(client, page_of(client, other, meeting), button="check-opening")
    assert not meeting.checks.exists()


def test_history_counts_what_replies_turned_out_to_mean(community, meeting):
    before = make.a_meeting(community, timezone.now() - dt.timedelta(days=30), closed_at=timezone.now())
    for answer, status in [("yes", "present"), ("yes", "absent"), ("no", "present"), ("", "present")]:
        membership = make.a_member(community)
        make.an_attendance(before, membership, status)
        if answer:
            says(before, membership, answer)
    make.an_attendance(before, make.a_member(community), Attendance.Status.UNKNOWN)

    (past,) = history_of(meeting)

    assert dict(past.said) == {"yes": 2, "no": 1, "silent": 1}
    assert dict(past.came) == {"yes": 1, "no": 1, "silent": 1}


def test_those_who_run_it_are_not_forecast(community, meeting, sandrine):
    says(meeting, make.a_member(community, sandrine))

    assert Preparation(meeting).forecast.groups["yes"] == 0


@pytest.fixture
def of_the_twenty(db, sandrine):
    """A cohort's meeting in three days: twelve members, nobody has replied."""
    twenty = make.a_community("Groupe des Vingt", profile=profiles.Profile.COHORT)
    make.a_role(sandrine, Role.FACILITATOR, community=twenty)
    for _n in range(12):
        make.a_member(twenty)
    return make.a_meeting(twenty)


def test_a_cohort_is_expected_from_its_commitment_but_who_said_no(of_the_twenty):
    """Neither someone invited to join nor a substitute has committed."""
    twenty = of_the_twenty.community
    make.a_member(twenty, status="invited", joined_on=None)
    make.a_member(twenty, seat="substitute")
    everyone = Preparation(of_the_twenty).forecast
    for member in twenty.memberships.active().filter(seat="main")[:4]:
        says(of_the_twenty, member, "no")
    after = Preparation(of_the_twenty)

    assert (everyone.groups["committed"], everyone.groups["silent"] + everyone.groups["later"]) == (12, 2)
    assert everyone.likely >= 9
    assert after.forecast.groups["committed"] == 8
    assert after.forecast.likely < everyone.likely
    assert "committed" in [rate.group for rate, _n in after.rates]


def test_a_training_of_a_cohort_is_nobodys_commitment(of_the_twenty):
    of_the_twenty.kind = Meeting.Kind.TRAINING

    assert Preparation(of_the_twenty).forecast.groups["committed"] == 0


def test_the_forecast_stands_on_the_page_of_the_meeting(client, of_the_twenty, meeting, sandrine, nadia):
    """For whoever prepares it, until it starts."""
    sandrine.language = "en"
    sandrine.save()

    page = page_of(client, sandrine, of_the_twenty, "detail").content.decode()
    found = Preparation(of_the_twenty).forecast
    assert f"{found.low} to {found.high}" in page
    assert "unless they say no" in page
    assert 'id="forecast"' in page_of(client, sandrine, meeting, "detail").content.decode()
    assert "unless they say no" not in page_of(client, sandrine, meeting, "detail").content.decode()
    assert page_of(client, nadia, meeting, "detail").status_code == 200
    assert 'id="forecast"' not in page_of(client, nadia, meeting, "detail").content.decode()
    live_session.start(of_the_twenty)
    assert 'id="forecast"' not in page_of(client, sandrine, of_the_twenty, "detail").content.decode()


def test_a_topic_of_the_meeting_that_calls_a_silent_member_is_heard_by_the_forecast(community, meeting):
    planned = make.a_topic(community, state=Topic.State.ANNOUNCED, meeting=meeting)
    elsewhere = make.a_topic(community)
    called, replied, *_others = [make.a_member(community) for _ in range(12)]
    Reply.objects.create(meeting=meeting, membership=replied, answer="no")
    for member, topic in [(called, planned), (replied, planned), (_others[0], elsewhere)]:
        topic.supports.create(membership=member)
    late = meeting.starts_at - dt.timedelta(hours=1)

    assert Preparation(meeting, now=late).forecast.groups["later"] == 1


def test_a_note_taker_who_takes_part_is_warned_of_not_refused(community, meeting, karim, nadia):
    meeting.note_taker = nadia
    assert Preparation(meeting).note_taker_takes_part

    meeting.note_taker = karim
    assert not Preparation(meeting).note_taker_takes_part


# ------------------------------------------------------------ sharing the facilitation


def test_a_member_prepares_the_meeting_they_co_facilitate_and_no_other(client, community, meeting, nadia):
    other = make.a_meeting(community, title="Une autre")
    assert page_of(client, nadia, meeting).status_code == 403

    co_facilitation.name(meeting, [nadia.memberships.get()])

    assert page_of(client, nadia, meeting).status_code == 200
    assert page_of(client, nadia, meeting, "replies").status_code == 200
    assert page_of(client, nadia, meeting, "live").status_code == 200
    assert page_of(client, nadia, meeting, "invite").status_code == 403
    assert page_of(client, nadia, other).status_code == 403


def test_a_co_facilitating_member_reads_replies_and_nothing_of_the_mails(client, meeting, sandrine, nadia):
    """What a relay answers often says the address of somebody else."""
    co_facilitation.name(meeting, [nadia.memberships.get()])
    invitations.invite(meeting)
    Message.objects.update(failed_at=timezone.now(), outcome="550 <nadia@exemple.quebec> unknown")

    assert "mail-state" in page_of(client, sandrine, meeting, "replies").content.decode()
    told = page_of(client, nadia, meeting, "replies").content.decode()
    assert "Nadia Amrani" in told
    assert "mail-state" not in told
    assert "exemple.quebec" not in told.split("<main", 1)[1]


def test_two_weeks_after_the_meeting_it_is_over(client, community, nadia):
    held = make.a_meeting(community, timezone.now() - dt.timedelta(days=13), closed_at=timezone.now())
    older = make.a_meeting(community, timezone.now() - dt.timedelta(days=15), closed_at=timezone.now())
    for meeting in (held, older):
        meeting.co_facilitators.add(nadia.memberships.get())

    assert page_of(client, nadia, held, "roster").status_code == 200
    assert page_of(client, nadia, older, "roster").status_code == 403


def test_how_often_each_has_done_it_is_shown_the_least_burdened_first(community, meeting, nadia):
    mine, free = nadia.memberships.get(), make.a_member(community)
    before = make.a_meeting(community, timezone.now() - dt.timedelta(days=30), closed_at=timezone.now())
    before.co_facilitators.add(mine)
    meeting.co_facilitators.add(mine)  # not counted yet

    assert [(m, m.times) for m in co_facilitation.candidates(meeting)] == [(free, 0), (mine, 1)]


def test_a_member_offers_and_takes_it_back(client, meeting, nadia):
    membership = nadia.memberships.get()
    page = reverse("meetings:phone", args=[links.guest_token(meeting, membership)])

    offer = form_on(client.get(page), button="volunteer")
    offer.press(client)
    offer.press(client)
    assert list(meeting.volunteers.all()) == [membership]
    assert not meeting.co_facilitators.exists()

    submit(client, page, button="volunteer")
    assert not meeting.volunteers.exists()


def test_the_preparatory_meeting_is_a_week_before_at_the_same_hour_and_made_once(community, nadia):
    after_the_change = dt.datetime(2027, 3, 16, 12, tzinfo=MONTREAL)
    meeting = make.a_meeting(community, after_the_change)
    with pytest.raises(ValidationError):
        co_facilitation.plan_preparatory(meeting)
    co_facilitation.name(meeting, [nadia.memberships.get()])

    prepared, is_new = co_facilitation.plan_preparatory(meeting)
    again, is_new_again = co_facilitation.plan_preparatory(meeting)

    assert prepared.local_start == dt.datetime(2027, 3, 9, 12, tzinfo=MONTREAL)
    assert (is_new, is_new_again, again) == (True, False, prepared)


def test_naming_a_member_plans_the_preparatory_meeting_unless_one_unticks_it(client, community, sandrine, nadia):
    soon, later, unticked = (make.a_meeting(community, timezone.now() + dt.timedelta(days=n)) for n in (3, 30, 40))
    member = nadia.memberships.get()
    client.force_login(sandrine)

    def shared(meeting):
        return form_on(client.get(reverse("meetings:share", args=[meeting.pk])), ["members"])

    in_three_days, twice = shared(soon).fill({"members": [member.pk]}), shared(later).fill({"members": [member.pk]})
    for form in (in_three_days, twice, twice, shared(unticked).fill({"members": [member.pk], "prepares": False})):
        form.press(client)

    assert not in_three_days.named("prepares")  # too near to be prepared together
    assert later.preparatory_meetings.count() == 1
    assert not soon.preparatory_meetings.exists()
    assert not unticked.preparatory_meetings.exists()
    assert set(soon.co_facilitators.all()) == {member}


def test_what_is_left_to_do_leads_to_where_it_is_done(client, community, sandrine, nadia):
    meeting = make.a_meeting(community, timezone.now() + dt.timedelta(days=5), title="", mode="in_person", place="")
    make.a_meeting(community, timezone.now() + dt.timedelta(days=2))  # the opening one
    co_facilitation.name(meeting, [nadia.memberships.get()])

    def addresses(user):
        return {step.address for step in page_of(client, user, meeting).context["steps"] if step.address}

    edit, invite = (reverse(f"meetings:{name}", args=[meeting.pk]) for name in ("edit", "invite"))
    assert addresses(sandrine) >= {f"{edit}#id_title", f"{edit}#id_place", f"{edit}#id_note_taker"}
    assert invite not in addresses(sandrine)  # nobody is told of a place that is not known

    Meeting.objects.filter(pk=meeting.pk).update(place="Salle 2")
    assert invite in addresses(sandrine)
    assert invite not in addresses(nadia)  # who co-facilitates does not invite


def test_what_to_look_at_twice_is_on_the_page_until_it_is_set_aside(client, community, sandrine):
    meeting = make.a_meeting(community, timezone.now() + dt.timedelta(days=20), mode="in_person", place="Salle 2")
    page = page_of(client, sandrine, meeting)
    said = {alert.code for alert in page.context["alerts"]}
    submit(client, page, {"reason": "Tout le monde est sur place."}, holding={"code": "short_in_person"})

    assert "short_in_person" in said
    assert "short_in_person" not in {a.code for a in page_of(client, sandrine, meeting).context["alerts"]}


def test_only_those_who_prepare_it_are_invited_and_see_it(client, community, meeting, sandrine, nadia):
    other = make.a_member(community).user
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() + dt.timedelta(days=30), ends_at=timezone.now() + dt.timedelta(days=30, hours=1)
    )
    meeting.refresh_from_db()
    co_facilitation.name(meeting, [nadia.memberships.get()])
    prepared, _is_new = co_facilitation.plan_preparatory(meeting)

    invitations.invite(prepared)

    assert [mail.recipient for mail in Message.objects.about(prepared)] == [nadia]
    assert page_of(client, other, prepared, "detail").status_code == 404
    assert page_of(client, nadia, prepared, "detail").status_code == 200
    assert page_of(client, sandrine, prepared, "detail").status_code == 200
    shared = feeds.content_of(CalendarFeed.objects.create(community=community))
    assert str(meeting.uid) in shared
    assert str(prepared.uid) not in shared


# ------------------------------------------------------------ needs, erased the day after


def test_needs_are_read_by_those_who_lead_and_by_nobody_else(client, meeting, sandrine, nadia, community):
    Meeting.objects.filter(pk=meeting.pk).update(mode="in_person")
    membership, helper = make.a_member(community), nadia.memberships.get()
    says(meeting, membership)
    co_facilitation.name(meeting, [helper])

    own_page = reverse("meetings:phone", args=[links.guest_token(meeting, membership)])
    submit(client, own_page, {"needs": " Sans  gluten "})

    assert "Sans gluten" in page_of(client, sandrine, meeting).content.decode()
    assert "Sans gluten" not in page_of(client, nadia, meeting).content.decode()
    assert "Sans gluten" not in page_of(client, nadia, meeting, "logistics").content.decode()


def test_needs_are_erased_the_day_after_and_not_before(community):
    noon = dt.datetime(2026, 12, 8, 12, tzinfo=MONTREAL)
    held, later = make.a_meeting(community, noon), make.a_meeting(community, noon + dt.timedelta(days=7))
    for meeting in (held, later):
        says(meeting, make.a_member(community), needs="Entrée sans marche")

    assert needs.erase_past(noon.replace(hour=23, minute=59)) == 0
    assert needs.erase_past(noon + dt.timedelta(hours=12, minutes=1)) == 1
    assert not held.replies.exclude(needs="").exists()
    assert later.replies.exclude(needs="").exists()


def test_a_meeting_called_off_needs_nothing(community, meeting):
    says(meeting, make.a_member(community), needs="Entrée sans marche")
    planning.cancel(meeting, "Tempête")

    assert needs.erase_past() == 1


def test_needs_are_not_asked_of_whoever_said_nothing(client, meeting, nadia):
    membership = nadia.memberships.get()

    with pytest.raises(ValidationError):
        needs.say_needs(meeting, membership, "Sans gluten")


# ------------------------------------------------------------ agendas, groups, papers


def test_an_agenda_is_kept_and_starts_another_meeting(client, community, meeting, sandrine):
    agendas.default_agenda(meeting)
    meeting.agenda.filter(kind="exchange").update(goal="Entendre tout le monde", method="Tour de table")
    longer = make.a_meeting(community, ends_at=timezone.now() + dt.timedelta(days=3, minutes=90))
    client.force_login(sandrine)
    submit(client, reverse("meetings:agenda", args=[meeting.pk]), {"name": "Deux temps"})
    model = community.agenda_models.get()

    submit(client, reverse("meetings:agenda", args=[longer.pk]), button=f"model={model.pk}")

    assert sum(block.minutes for block in longer.agenda.all()) == longer.length_in_minutes
    assert longer.agenda.get(kind="exchange").goal == "Entendre tout le monde"
    assert longer.agenda.last().kind == "evaluation"
    assert not agenda_models.apply_model(model, longer, version=longer.version), "somebody edited it since"


def test_everybody_is_in_one_group_and_only_one(community, meeting):
    people = [
        make.a_member(community, region=region) for region in ["Laval", "laval", "Estrie", "Estrie", "", "Gaspésie"]
    ]

    for way in breakouts.Way:
        shares = breakouts.share(people, way, 3, {people[0].pk}, random.Random(1))
        placed = [m.pk for _name, found in shares for m in found]
        assert sorted(placed) == ([] if way == "hand" else sorted(m.pk for m in people)), way
    regions = breakouts.share(people, "region", 3, set(), random.Random(1))
    assert sorted(len(found) for _name, found in regions) == [2, 2, 2]


def test_by_region_nobody_works_alone(community):
    regions = ["Laval", "Laval", "Montréal", "montreal", "Montréal", "Mauricie"]
    people = [make.a_member(community, region=region) for region in regions]

    shares = breakouts.share(people, "region", 3, [], random.Random(7))

    assert [len(group) for _name, group in shares] == [3, 3]
    assert sorted(m.pk for _name, group in shares for m in group) == sorted(m.pk for m in people)


def test_groups_are_placed_by_hand_and_two_people_lose_nothing(client, community, meeting, sandrine, nadia):
    membership = nadia.memberships.get()
    breakouts.propose_groups(meeting, "hand", 2)
    first, second = meeting.groups.all()
    names = {f"name-{first.pk}": "Nord", f"name-{second.pk}": "Sud", f"facilitator-{first.pk}": sandrine.pk}
    form = form_on(page_of(client, sandrine, meeting, "groups"), names).fill(names)

    assert form.fill({f"in-{membership.pk}": second.pk}).press(client).status_code == 302
    assert [g.name for g in membership.meeting_groups.all()] == ["Sud"]
    assert breakouts.missing(meeting.groups.all()) == 1

    late = form.fill({f"in-{membership.pk}": first.pk}).press(client)
    assert late.status_code == 409
    assert late.context["form"][f"in-{membership.pk}"].value() == str(first.pk)
    assert [g.name for g in membership.meeting_groups.all()] == ["Sud"]


@pytest.mark.parametrize("name", ["sign_in_sheet", "poster"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_papers_are_printed_in_both_languages(client, meeting, sandrine, nadia, name, language):
    client.force_login(sandrine)

    paper = client.get(reverse(f"meetings:{name}", args=[meeting.pk]), {"langue": language})

    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_logistics_saved_by_two_people_shows_both(client, meeting, sandrine):
    client.force_login(sandrine)
    address = reverse("meetings:logistics", args=[meeting.pk])
    mine = form_on(client.get(address), ["room"]).fill({"room": "Salle C"})

    assert submit(client, address, {"room": "Salle B"}).status_code == 302
    late = mine.press(client)

    shown_both = late.content.decode()
    assert late.status_code == 409
    assert "Salle B" in shown_both
    assert "Salle C" in shown_both
    meeting.logistics.refresh_from_db()
    assert meeting.logistics.room == "Salle B"
