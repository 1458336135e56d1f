"""The pool, invitations to become a member, a member's link, and what is said on joining."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.domain.recruitment import recruiting, referring
from communities.models import Commitment, Community, Expectation, JoinInvitation, Membership, Policies, Referral
from communities.models.profiles import AttendancePolicy, Selection
from meetings.domain.links import visitors
from meetings.domain.portal import onboarding
from meetings.models import Note
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit

Status = Membership.Status


@pytest.fixture
def eligible(community):
    return make.a_member(community, make.a_person("Mireille", "Roy"), status="eligible", joined_on=None)


def invitation_to(membership, by=None) -> JoinInvitation:
    recruiting.invite(membership.community, [membership], "", by=by)
    return membership.join_invitations.last()


def page_of(invitation) -> str:
    return reverse("communities:join", args=[recruiting.join_token(invitation)])


def join(client, invitation):
    return submit(client, page_of(invitation), {"expects": ""})


# ------------------------------------------------------------ the pool


def test_several_people_are_invited_at_once_and_a_double_press_writes_once(community, sandrine, eligible, signed_in):
    other = make.a_member(community, status="eligible")
    address = reverse("communities:invite_members", args=[community.pk])
    client = signed_in(sandrine)

    previewed = submit(
        client, address, {"people": [eligible.pk, other.pk], "words": "Au plaisir !"}, button="step=preview"
    )
    sending = form_on(previewed, ["people", "words"], button="step=send")
    sending.press(client, "step=send")
    sending.press(client, "step=send")

    assert Message.objects.filter(kind="join").count() == 2
    assert set(community.memberships.values_list("status", flat=True)) == {"invited"}


def test_the_mail_is_previewed_in_both_languages_and_says_the_time_it_asks(community, sandrine, eligible, signed_in):
    address = reverse("communities:invite_members", args=[community.pk])

    shown = submit(signed_in(sandrine), address, {"people": [eligible.pk]}, button="step=preview").content.decode()

    assert 'lang="fr-ca"' in shown
    assert 'lang="en"' in shown
    assert "6 h" in shown  # 4 meetings of an hour, and half an hour to prepare each
    assert not Message.objects.exists()


def test_members_are_not_invited_again_and_silence_waits_two_weeks(community, sandrine, nadia, eligible):
    invitation_to(eligible)
    assert not recruiting.pool(community).exists()

    with time_machine.travel(timezone.now() + dt.timedelta(days=15)):
        assert list(recruiting.pool(community)) == [eligible]


def test_leaders_filter_the_pool_by_status_and_by_source(community, sandrine, eligible, nadia, signed_in):
    Membership.objects.filter(pk=eligible.pk).update(source="cohort")
    address = reverse("communities:members", args=[community.pk])
    client = signed_in(sandrine)

    assert "Mireille" in client.get(address, {"status": "eligible"}).content.decode()
    assert "Mireille" in client.get(address, {"source": "cohort"}).content.decode()
    assert "Mireille" not in client.get(address, {"source": "training"}).content.decode()


def test_members_learn_nothing_of_the_pool(community, nadia, eligible, signed_in):
    shown = signed_in(nadia).get(reverse("communities:members", args=[community.pk]), {"source": "list"})

    assert "Mireille" not in shown.content.decode()


@pytest.mark.parametrize("name", ["members", "invite_members"])
def test_the_pool_asks_as_many_questions_for_thirty_people(name, community, sandrine, nadia, signed_in):
    client, address = signed_in(sandrine), reverse(f"communities:{name}", args=[community.pk])

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    def fill(n):
        for _ in range(n):
            membership = make.a_member(community, status="eligible")
            made = make.a_referral(nadia.memberships.get(), used_at=timezone.now(), membership=membership)
            make.a_join_invitation(membership, declined_at=made.used_at)

    fill(3)
    queries()
    few = queries()
    fill(27)
    assert queries() == few


# ------------------------------------------------------------ the answer


def test_opening_the_link_changes_nothing_and_one_press_makes_a_member(eligible, client):
    page = page_of(invitation_to(eligible))

    assert "6\u00a0h" in client.get(page).content.decode()
    eligible.refresh_from_db()
    assert eligible.status == Status.INVITED
    joining = form_on(client.get(page), ["expects", "brings"])
    joining.fill({"expects": "Rencontrer des pairs"}).press(client)
    joining.fill({"expects": "Autre chose"}).press(client)

    eligible.refresh_from_db()
    assert (eligible.status, eligible.joined_on) == (Status.ACTIVE, timezone.localdate())
    assert eligible.expectation.expects == "Rencontrer des pairs"


def test_who_declines_goes_back_among_the_eligible_and_may_change_their_mind(eligible, client):
    invitation = invitation_to(eligible)
    submit(client, page_of(invitation), button="decline=1")

    eligible.refresh_from_db()
    invitation.refresh_from_db()
    assert eligible.status == Status.ELIGIBLE
    assert invitation.declined_at
    join(client, invitation)
    eligible.refresh_from_db()
    assert eligible.status == Status.ACTIVE


def test_who_left_since_is_not_brought_back_by_an_old_link(eligible, client):
    joining = form_on(client.get(page_of(invitation_to(eligible))), ["expects"])
    joining.press(client)
    eligible.refresh_from_db()
    eligible.become(Status.ALUMNI)

    joining.press(client)

    eligible.refresh_from_db()
    assert eligible.status == Status.ALUMNI


def test_an_altered_or_old_link_opens_nothing(eligible, client):
    page = page_of(invitation_to(eligible))
    assert client.get(page.rstrip("/") + "x/").status_code == 410
    with time_machine.travel(timezone.now() + dt.timedelta(days=61)):
        assert client.get(page).status_code == 410


def test_a_link_of_another_purpose_opens_nothing(nadia, client):
    made = referring.make(nadia.memberships.get())

    assert client.get(reverse("communities:join", args=[referring.referral_token(made)])).status_code == 410


def test_an_invitation_withdrawn_before_its_mail_left_is_not_sent(eligible):
    invitation_to(eligible)
    mail = Message.objects.get()
    assert mail_types.cancel_reason(mail) is None

    eligible.refresh_from_db()
    eligible.become(Status.ELIGIBLE)

    assert mail_types.cancel_reason(mail)


def test_where_everyone_commits_one_signs_with_the_dates_listed(community, eligible, meeting, client):
    Community.objects.filter(pk=community.pk).update(attendance_policy=AttendancePolicy.COMMITTED)
    page = page_of(invitation_to(eligible))

    assert submit(client, page, {"commits": False}).status_code == 422
    submit(client, page, {"commits": True})

    signed = Commitment.objects.get(membership=eligible)
    assert signed.days == [meeting.local_start.date()]
    eligible.refresh_from_db()
    assert eligible.status == Status.ACTIVE


def test_what_is_announced_is_set_by_those_who_manage_people(community, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("communities:recruitment", args=[community.pk])
    opened = client.get(address)

    submit(client, opened, {"preparation_minutes": "60", "admits_referred": True})

    community.refresh_from_db()
    assert community.effort_per_year == 8 * 60
    assert Policies.of(community).admits_referred
    late = submit(client, opened, {"preparation_minutes": "15"})
    assert late.status_code == 409


# ------------------------------------------------------------ referred by a member


ANSWER = {
    "first_name": "Julie",
    "last_name": "Morin",
    "email": "Julie@Exemple.quebec",
    "organisation": "Maison des jeunes",
    "language": "fr-ca",
    "consents": True,
}


def test_a_member_hands_a_link_and_nothing_is_kept_before_the_person_agrees(community, sandrine, nadia, client):
    home = reverse("meetings:space_refer", args=[visitors.visitor_token(nadia), nadia.memberships.get().pk])
    submit(client, home, action=home)
    made = Referral.objects.get()
    page = reverse("communities:referral", args=[referring.referral_token(made)])
    before = User.objects.count()

    opened = client.get(page)
    refused = submit(client, opened, {**ANSWER, "consents": False})
    assert (refused.status_code, User.objects.count()) == (422, before)
    submit(client, refused, {"consents": True})  # what was typed is still there

    julie = community.memberships.get(user__email="julie@exemple.quebec")
    assert (julie.status, julie.source) == (Status.ELIGIBLE, "referral")
    assert Message.objects.get().recipient == sandrine


def test_the_link_works_once(nadia, client):
    made = referring.make(nadia.memberships.get())
    page = reverse("communities:referral", args=[referring.referral_token(made)])

    asking = form_on(client.get(page), ANSWER).fill(ANSWER)
    asking.press(client)
    again = asking.fill({"email": "autre@exemple.quebec"}).press(client)

    assert again.status_code == 410
    assert not User.objects.filter(email="autre@exemple.quebec").exists()


@pytest.mark.parametrize("ended", ["withdrawn", "old", "left"])
def test_it_ends_when_withdrawn_after_two_weeks_or_when_the_member_leaves(ended, nadia, client):
    membership = nadia.memberships.get()
    made = referring.make(membership)
    page = reverse("communities:referral", args=[referring.referral_token(made)])
    asking = form_on(client.get(page), ANSWER).fill(ANSWER)
    later = timezone.now() + dt.timedelta(days=15 if ended == "old" else 0)
    if ended == "withdrawn":
        referring.withdraw_referral(membership, made.pk)
    if ended == "left":
        membership.become(Status.ALUMNI)

    with time_machine.travel(later):
        assert client.get(page).status_code == 410
        assert asking.press(client).status_code == 410
    assert not User.objects.filter(email="julie@exemple.quebec").exists()


def test_the_facilitator_invites_who_asks_or_says_no_and_forgets(community, sandrine, nadia, signed_in):
    for name in ("julie", "paul"):
        made = referring.make(nadia.memberships.get())
        referring.answer_link(
            made, first_name=name, last_name="M", email=f"{name}@ex.quebec", language="en", organisation=""
        )
    julie, paul = (community.memberships.get(user__email=f"{name}@ex.quebec") for name in ("julie", "paul"))
    client, page = signed_in(sandrine), reverse("communities:invite_members", args=[community.pk])

    submit(client, page, button="Inviter : julie M")
    submit(client, page, action=reverse("communities:turn_down", args=[paul.pk]))

    julie.refresh_from_db()
    assert julie.status == Status.INVITED
    assert not User.objects.filter(email="paul@ex.quebec").exists()
    assert not Referral.objects.pending().exists()


def test_a_request_left_unanswered_is_forgotten_after_three_months(community, nadia, client):
    made = referring.make(nadia.memberships.get())
    submit(client, reverse("communities:referral", args=[referring.referral_token(made)]), ANSWER)

    assert recruiting.forget_unanswered() == 0
    assert recruiting.forget_unanswered(timezone.now() + dt.timedelta(days=100)) == 1

    assert not User.objects.filter(email="julie@exemple.quebec").exists()


@pytest.mark.parametrize("answer", ["silence", "no"])
def test_whoever_types_the_address_of_somebody_listed_does_not_have_them_erased(
    answer, community, nadia, eligible, sandrine, signed_in, client
):
    made = referring.make(nadia.memberships.get())
    submit(
        client,
        reverse("communities:referral", args=[referring.referral_token(made)]),
        {**ANSWER, "email": eligible.user.email},
    )
    assert Referral.objects.pending().exists()

    if answer == "no":
        page = reverse("communities:invite_members", args=[community.pk])
        submit(signed_in(sandrine), page, action=reverse("communities:turn_down", args=[eligible.pk]))
    else:
        recruiting.forget_unanswered(timezone.now() + dt.timedelta(days=100))

    assert community.memberships.filter(pk=eligible.pk).exists()
    assert not Referral.objects.pending().exists()


def test_where_the_community_says_so_the_mail_leaves_at_once_and_proves_the_address(community, nadia, client):
    Policies.write(community, admits_referred=True)
    made = referring.make(nadia.memberships.get())
    submit(client, reverse("communities:referral", args=[referring.referral_token(made)]), ANSWER)

    julie = community.memberships.get(user__email="julie@exemple.quebec")
    assert julie.status == Status.INVITED
    join(client, julie.join_invitations.get())
    julie.refresh_from_db()
    assert julie.status == Status.ACTIVE


def test_who_is_known_already_keeps_name_and_status_and_the_page_does_not_tell(community, nadia, client):
    made = referring.make(nadia.memberships.get())
    page = reverse("communities:referral", args=[referring.referral_token(made)])

    said = submit(client, page, {**ANSWER, "email": nadia.email})

    nadia.refresh_from_db()
    assert said.status_code == 200
    assert nadia.first_name == "Nadia"
    assert nadia.memberships.get().status == Status.ACTIVE


def test_a_member_makes_a_few_links_only_and_none_where_members_are_selected(nadia):
    membership = nadia.memberships.get()
    for _ in range(referring.MOST_OPEN):
        referring.make(membership)
    with pytest.raises(ValidationError):
        referring.make(membership)

    Referral.objects.all().delete()
    membership.community.selection = Selection.SELECTED
    membership.community.save()
    with pytest.raises(ValidationError):
        referring.make(membership)


# ------------------------------------------------------------ arriving


def held(community, title, note):
    past = timezone.now() - dt.timedelta(days=40)
    meeting = make.a_meeting(community, past, title=title, closed_at=past, synthesis="On s’entraide")
    make.a_note(meeting, note, kind=Note.Kind.HIGHLIGHT)
    return meeting


def test_who_arrives_reads_what_they_missed_as_far_as_members_may(community, sandrine, eligible, meeting, client):
    """As on the meetings' own pages: drafts are nobody's, the synthesis once it is sent, the notes once published."""
    past, now = held(community, "Les pères isolés", "On appelle la veille"), timezone.now()
    invitation = invitation_to(eligible)
    join(client, invitation)
    page = reverse("meetings:welcome", args=[recruiting.join_token(invitation)])

    def read(level) -> tuple[bool, bool]:
        Community.objects.filter(pk=community.pk).update(minutes_level=level)
        shown = client.get(page).content.decode()
        assert "Les pères isolés" in shown
        return "On s’entraide" in shown, "On appelle la veille" in shown

    level = Community.MinutesLevel
    assert sandrine.email in client.get(page).content.decode()
    assert [read(each) for each in level] == [(False, False)] * 3
    make.say_of(past, followed_up_at=now)
    assert [read(each) for each in (level.LOG, level.SYNTHESIS, level.FULL)] == [(False, False), *[(True, False)] * 2]
    make.say_of(past, minutes_published_at=now)
    assert [read(each) for each in (level.SYNTHESIS, level.FULL)] == [(True, False), (True, True)]


def test_the_page_of_arrival_needs_the_press(eligible, client):
    invitation = invitation_to(eligible)

    assert client.get(reverse("meetings:welcome", args=[recruiting.join_token(invitation)])).status_code == 410


def test_in_their_own_space_members_say_and_change_what_they_expect(nadia, client):
    membership = nadia.memberships.get()
    page = reverse("meetings:space_welcome", args=[visitors.visitor_token(nadia), membership.pk])

    submit(client, page, {"expects": "Du soutien", "brings": "Une salle"})
    assert "Du soutien" in client.get(page).content.decode()
    submit(client, page, {"expects": "", "brings": ""})

    assert not Expectation.objects.exists()


def test_one_is_new_for_a_year(nadia):
    membership = nadia.memberships.get()
    assert not onboarding.is_new(membership)
    membership.joined_on = timezone.localdate() - dt.timedelta(days=300)
    assert onboarding.is_new(membership)
