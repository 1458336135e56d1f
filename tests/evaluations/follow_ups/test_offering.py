"""A conversation offered to every member by mail, where the policy says so."""

import pytest
from django.urls import reverse

from communities.domain.lifecycle import drafts
from communities.models import Draft, Policies
from communities.models.profiles import FollowUpPolicy
from evaluations.domain.follow_ups import offering, times
from evaluations.domain.follow_ups.coverage import coverage_of, not_offered_yet
from evaluations.domain.follow_ups.links import conversation_path
from evaluations.models import ConversationRequest, IndividualFollowUp
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, on_one_line, submit

State = IndividualFollowUp.State


@pytest.fixture
def everyone(community):
    Policies.write(community, follow_up_policy=FollowUpPolicy.EVERYONE)
    return community


@pytest.fixture
def members(everyone, sandrine):
    return [make.a_member(everyone, make.a_person(f"Membre{n}", email=f"m{n}@exemple.quebec")) for n in range(3)]


def by_mail(client, community):
    page = reverse("evaluations:follow_ups", args=[community.pk])
    return form_on(client.get(page), action=reverse("evaluations:offer_to_all", args=[community.pk]))


def recipients():
    return {mail.recipient for mail in Message.objects.filter(kind="conversation-offered")}


def test_one_press_writes_to_each_who_was_not_invited_yet(everyone, members, sandrine, signed_in):
    make.a_follow_up(members[0], sandrine, state=State.DECLINED)
    silent = make.a_member(everyone, make.a_person("Sans", "Adresse", email=None))
    client = signed_in(sandrine)
    form = by_mail(client, everyone)
    form.press(client)
    form.press(client)
    assert recipients() == {members[1].user, members[2].user}
    assert Message.objects.count() == 2, "pressed twice, each is written to once"
    told = coverage_of(everyone)
    assert (told.reached, told.offered, told.left) == (3, 2, 1)
    assert not silent.individual_follow_ups.exists(), "whoever has no address is still to be asked"
    mail = Message.objects.first()
    assert "Sandrine Beaulieu propose à chaque membre" in mail.text
    assert "/echange/" in mail.text


def test_those_who_are_not_ticked_are_not_written_to(everyone, members, sandrine, signed_in):
    client = signed_in(sandrine)
    page = reverse("evaluations:follow_ups", args=[everyone.pk])
    offer = reverse("evaluations:offer_to_all", args=[everyone.pk])
    submit(client, page, {"people": [members[1].pk]}, action=offer)
    assert recipients() == {members[1].user}
    assert members[1] not in not_offered_yet(everyone, sandrine)


def test_where_it_is_as_needed_nobody_is_written_to(everyone, members, sandrine, signed_in):
    client = signed_in(sandrine)
    form = by_mail(client, everyone)
    Policies.write(everyone, follow_up_policy=FollowUpPolicy.AS_NEEDED)
    form.press(client)
    assert not recipients()


def test_in_a_draft_nobody_is_written_to_and_nothing_is_counted(everyone, members, sandrine, signed_in):
    client = signed_in(sandrine)
    form = by_mail(client, everyone)
    everyone.status = "draft"
    everyone.save()
    Draft.write(everyone, prepared_by=sandrine)
    assert "n’est pas encore ouverte" in on_one_line(form.press(client, follow=True))
    assert offering.offer_by_mail(everyone, [members[0].pk], by=sandrine) == 0
    assert not recipients()
    assert coverage_of(everyone).reached == 0


def test_the_mails_count_for_who_would_undo_the_opening(everyone, members, sandrine):
    offering.offer_by_mail(everyone, [members[0].pk], by=sandrine)
    assert not drafts.nobody_was_told(everyone)


def test_a_member_asks_for_it_or_declines_and_the_counts_follow(everyone, members, sandrine, client):
    offering.offer_by_mail(everyone, [one.pk for one in members], by=sandrine)
    asks, declines, _silent = members
    page = conversation_path(asks)
    assert "Sandrine Beaulieu vous propose un échange" in on_one_line(client.get(page))
    form_on(client.get(page), ["words"]).press(client, "ask=1")
    assert ConversationRequest.objects.get().membership == asks

    page = conversation_path(declines)
    number = declines.individual_follow_ups.get().pk
    form_on(client.get(page), button=f"rather_not={number}").press(client, f"rather_not={number}")
    assert "vous propose un échange" not in on_one_line(client.get(page))
    told = coverage_of(everyone)
    assert (told.offered, told.declined, told.reached) == (2, 1, 3), "that one asked is told the next day"


def test_a_time_that_is_chosen_is_counted_as_such(everyone, members, sandrine):
    offering.offer_by_mail(everyone, [one.pk for one in members], by=sandrine)
    time = make.a_time(members[0].individual_follow_ups.get())
    times.choose(members[0], str(time.pk))
    told = coverage_of(everyone)
    assert (told.settled, told.offered, told.reached) == (1, 2, 3)


def test_a_mail_to_whoever_declined_meanwhile_does_not_leave(everyone, members, sandrine):
    offering.offer_by_mail(everyone, [members[0].pk], by=sandrine)
    mail = Message.objects.get()
    assert offering.is_offered_no_more(mail) is None
    times.turn_down(members[0], members[0].individual_follow_ups.get().pk, for_good=True)
    assert offering.is_offered_no_more(mail)
