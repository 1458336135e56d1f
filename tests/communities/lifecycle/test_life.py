"""A community's life: rest, archive, hand-over, planned end, and those who come back."""

import datetime as dt
import re

import pytest
import rules
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cmtl.permissions import READING
from communities.domain.lifecycle import alumni_invitations, end_notice, handing_over, life, read_only
from communities.domain.members import consents
from communities.models import Community, Purpose, Role, RoleAssignment
from evaluations.web.today import Today
from meetings.domain.invitations import invitations, reminders
from meetings.domain.links import links
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit
from tests.test_conventions import CODE

Status = Community.Status


def test_each_move_is_kept_with_who_and_why(community, sandrine):
    life.move(community, Status.DORMANT, by=sandrine, reason="Congé de parentalité")
    life.move(community, Status.DORMANT, by=sandrine)

    change = community.status_changes.get()
    assert (change.was, change.became, change.by) == ("active", "dormant", sandrine)
    assert change.reason == "Congé de parentalité"


def test_only_the_coordination_and_administrators_archive_and_reopen(community, sandrine, philippe, ada):
    with pytest.raises(PermissionDenied):
        life.move(community, Status.ARCHIVED, by=sandrine)

    life.move(community, Status.ARCHIVED, by=philippe)
    with pytest.raises(PermissionDenied):
        life.move(community, Status.ACTIVE, by=sandrine)
    life.move(community, Status.ACTIVE, by=ada)

    assert [c.became for c in community.status_changes.all()] == ["active", "archived"]


def test_an_administrator_sees_the_moves_and_not_the_reasons_given(community, sandrine, philippe, ada, client):
    life.move(community, Status.DORMANT, by=sandrine, reason="Un deuil dans l’équipe")
    read = {}

    for person in (philippe, ada):
        client.force_login(person)
        read[person] = client.get(reverse("communities:life", args=[community.pk])).content.decode()

    assert "Un deuil dans l’équipe" in read[philippe]
    assert "Sandrine Beaulieu" in read[ada]
    assert "Un deuil" not in read[ada]


def test_a_move_that_the_state_no_longer_allows_is_refused(community, sandrine):
    with pytest.raises(ValidationError):
        life.move(community, Status.DESIGN, by=sandrine)


def test_the_page_shows_the_moves_one_may_make(community, sandrine, philippe, client):
    address = reverse("communities:life", args=[community.pk])
    client.force_login(sandrine)
    assert 'value="archived"' not in client.get(address).content.decode()
    client.force_login(philippe)
    assert 'value="archived"' in client.get(address).content.decode()

    submit(client, address, {"reason": "Fin du projet"}, button="Confirmer : Archiver")

    community.refresh_from_db()
    assert community.is_archived
    assert "Fin du projet" in client.get(address).content.decode()


def test_at_rest_no_reminder_leaves_and_nothing_is_asked(community, meeting, nadia, sandrine):
    invitations.invite(meeting)
    soon = meeting.starts_at - dt.timedelta(hours=40)
    life.move(community, Status.DORMANT, by=sandrine)

    assert reminders.send_due_reminders(soon) == 0
    assert Today(sandrine).to_do == []


def test_a_reminder_written_before_the_rest_does_not_leave(community, meeting, nadia, sandrine):
    from outbox.domain import mail_types

    invitations.invite(meeting)
    Message.objects.update(queued_at=timezone.now() - dt.timedelta(days=5))
    reminders.send_due_reminders(meeting.starts_at - dt.timedelta(hours=30))
    written = Message.objects.get(kind="reminder")
    assert mail_types.cancel_reason(written) is None

    life.move(community, Status.DORMANT, by=sandrine)

    assert mail_types.cancel_reason(written)


# ------------------------------------------------------------ archived


def test_nothing_of_an_archived_community_is_edited_by_anyone(bare_refusals, db):
    """Every address of the project that takes a press, for those who hold the most rights."""
    from tests.test_permissions import TABLE, World, answered

    world = World()
    place = world.places["own"]
    place.community.status = Status.ARCHIVED
    place.community.save()
    # reopening, taking a copy; what belongs to a person: their calendar's address, the destruction they asked for; and
    # what has to be destroyed wherever it is
    still = {"communities:life", "evaluations:archive", "meetings:change_feed", "communities:handle_destruction"}
    still |= {"communities:decide_sentence", "communities:name_stand_in", "meetings:destroy_recording"}
    # and what those who left are asked, and say by their own link, once it has closed
    still |= {"evaluations:prepare_alumni", "evaluations:alumni_news", "evaluations:manager_survey"}
    still |= {"communities:give_testimonial", "communities:testimonial", "communities:change_testimonial"}
    # and who reads the notes of a conversation, and their end
    still |= {"evaluations:name_follow_up_reader", "evaluations:remove_follow_up_reader"}
    still |= {"evaluations:destroy_follow_up", "evaluations:open_follow_ups"}
    open_to_all = (
        *("none", "demo", "unsubscribe", "programme", "organisation", "pair", "merge"),
        *("questionnaire", "version"),  # of all communities
    )
    through = []

    for name, line in TABLE.items():
        if "POST" not in line.methods or line.of in open_to_all or line.of.startswith("space") or name in still:
            continue
        for role in ("FA", "PC"):
            response = world.client(role).post(place.address(name, line.of), HTTP_HOST="testserver")
            if response.status_code != 410 and answered(response) not in ("not allowed", "not found"):
                through.append(f"{name} as {role}: {response.status_code}")

    assert not through, "\n".join(through)


def permissions() -> set[str]:
    apps = ("communities.", "meetings.", "evaluations.")
    return {perm for perm in rules.permissions.permissions if perm.startswith(apps)}


def test_a_permission_says_in_its_name_and_where_it_is_declared_whether_it_reads():
    named = {perm for perm in permissions() if perm.partition(".")[2].startswith(("see_", "read", "export_"))}

    assert len(permissions()) > len(named) > 20
    assert named == READING


def test_archiving_refuses_every_permission_but_those_that_read(community):
    assert not [perm for perm in permissions() if read_only.refuses(perm, community)]

    community.status = Status.ARCHIVED
    stand = {perm for perm in permissions() if not read_only.refuses(perm, community)}

    assert stand == READING | set(read_only.ALWAYS)


def test_permissions_are_declared_in_one_way():
    """Declared otherwise, one would be taken for one that changes things, whatever it says."""
    declaring = [path for path in CODE if re.search(r"\brules\.(add|set)_perm\(", path.read_text())]

    assert not declaring


def test_without_its_word_a_permission_that_reads_would_close_its_page(community, meeting, sandrine, philippe):
    life.move(community, Status.ARCHIVED, by=philippe)
    perms = {"meetings.see_replies": True, "meetings.edit": False}
    assert {perm: sandrine.has_perm(perm, meeting) for perm in perms} == perms

    READING.remove("meetings.see_replies")
    try:
        assert not sandrine.has_perm("meetings.see_replies", meeting)
    finally:
        READING.add("meetings.see_replies")


def test_an_archived_community_is_still_read(community, meeting, sandrine, philippe, client):
    life.move(community, Status.ARCHIVED, by=philippe)
    client.force_login(sandrine)

    for name in ("communities:detail", "communities:members", "meetings:of_community", "evaluations:reports"):
        assert client.get(reverse(name, args=[community.pk])).status_code == 200, name
    assert client.get(meeting.get_absolute_url()).status_code == 200
    page = client.get(community.get_absolute_url()).content.decode()
    assert reverse("communities:edit", args=[community.pk]) not in page
    assert reverse("meetings:plan", args=[community.pk]) not in page


def test_the_links_and_the_door_of_its_meetings_close(community, meeting, nadia, philippe, client):
    token = links.guest_token(meeting, nadia.memberships.get())
    life.move(community, Status.ARCHIVED, by=philippe)

    assert client.get(reverse("meetings:phone", args=[token])).status_code == 410
    assert client.get(reverse("meetings:room", args=[meeting.code])).status_code in (404, 410)


# ------------------------------------------------------------ handed over


def test_members_take_over_and_those_who_led_stop_on_a_day(community, nadia, sandrine):
    last = timezone.localdate() + dt.timedelta(days=10)

    handing_over.hand_over(community, [nadia.memberships.get()], ends_on=last, by=sandrine)

    community.refresh_from_db()
    assert community.status == Status.SELF_RUN
    assert nadia in community.facilitators()
    assert sandrine.role_assignments.get().ends_on == last
    assert sandrine.has_perm("communities.edit", community)
    with time_machine.travel(dt.datetime.combine(last + dt.timedelta(days=1), dt.time(15), dt.UTC)):
        assert list(community.facilitators()) == [nadia]


def test_undone_the_same_day_all_is_as_before(community, nadia, sandrine, philippe):
    handing_over.hand_over(community, [nadia.memberships.get()], ends_on=timezone.localdate(), by=sandrine)
    community.refresh_from_db()

    handing_over.undo_hand_over(community, by=philippe)
    handing_over.undo_hand_over(community, by=philippe)

    community.refresh_from_db()
    assert (community.status, community.handed_over_at) == (Status.ACTIVE, None)
    assert list(community.facilitators()) == [sandrine]
    assert sandrine.role_assignments.get().ends_on is None
    assert community.status_changes.count() == 2


def test_the_day_after_it_is_reopened_rather_than_undone(community, nadia, sandrine, philippe):
    handing_over.hand_over(community, [nadia.memberships.get()], ends_on=timezone.localdate(), by=sandrine)
    community.refresh_from_db()

    with time_machine.travel(timezone.now() + dt.timedelta(days=1)), pytest.raises(ValidationError):
        handing_over.undo_hand_over(community, by=philippe)
    life.move(community, Status.ACTIVE, by=philippe)


def test_what_was_held_before_is_only_read_and_what_comes_after_is_theirs(community, nadia, sandrine):
    held = make.a_meeting(community, timezone.now() - dt.timedelta(days=9), closed_at=timezone.now())
    coming = make.a_meeting(community)

    handing_over.hand_over(community, [nadia.memberships.get()], ends_on=timezone.localdate(), by=sandrine)

    held.refresh_from_db()
    coming.refresh_from_db()
    nadia = type(nadia).objects.get(pk=nadia.pk)
    assert nadia.has_perm("meetings.edit", coming)
    assert not nadia.has_perm("meetings.edit", held)
    assert nadia.has_perm("meetings.see_notes", held)


def test_all_is_listed_before_the_press(community, nadia, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("communities:hand_over", args=[community.pk])
    chosen = {"members": [nadia.memberships.get().pk], "ends_on": timezone.localdate().isoformat(), "reason": ""}

    listed = submit(client, address, chosen)

    assert listed.status_code == 200
    assert "Sandrine Beaulieu" in listed.content.decode()
    assert not community.hand_overs.exists()
    submit(client, listed, button="confirm=1")
    assert community.hand_overs.count() == 1


def test_a_member_who_facilitated_until_a_date_keeps_it_and_gets_the_date_back(community, nadia, sandrine, philippe):
    until = timezone.localdate() + dt.timedelta(days=3)
    assignment = make.a_role(nadia, Role.FACILITATOR, community=community, ends_on=until)

    handing_over.hand_over(community, [nadia.memberships.get()], ends_on=timezone.localdate(), by=sandrine)
    assert RoleAssignment.objects.get(pk=assignment.pk).ends_on is None
    community.refresh_from_db()
    handing_over.undo_hand_over(community, by=philippe)

    assert RoleAssignment.objects.get(pk=assignment.pk).ends_on == until


# ------------------------------------------------------------ planned end


def in_days(days):
    return timezone.localdate() + dt.timedelta(days=days)


def test_without_an_end_of_its_own_a_community_ends_with_its_programme(community, programme):
    programme.ends_on = in_days(80)
    programme.save()
    assert community.planned_end == in_days(80)

    community.ends_on = in_days(200)
    assert community.planned_end == in_days(200)


def test_those_who_lead_and_coordinate_are_told_once_ninety_days_before(community, programme, sandrine, philippe):
    programme.ends_on = in_days(90)
    programme.save()

    for _tick in range(2):
        for due in end_notice.to_notice():
            end_notice.notice(due)

    assert set(Message.objects.values_list("to", flat=True)) == {sandrine.email, philippe.email}
    assert Message.objects.count() == 2


def test_another_date_is_told_again_and_the_first_mail_no_longer_leaves(community, sandrine):
    from outbox.domain import mail_types

    community.ends_on = in_days(30)
    community.save()
    end_notice.notice(end_notice.to_notice().get())
    first = Message.objects.get(recipient=sandrine)

    Community.objects.update(ends_on=in_days(60))
    end_notice.notice(end_notice.to_notice().get())

    assert Message.objects.filter(recipient=sandrine).count() == 2
    assert mail_types.cancel_reason(first)


def test_an_end_far_away_is_not_told(community):
    Community.objects.update(ends_on=in_days(91))

    assert not end_notice.to_notice().exists()


def test_today_and_the_overview_say_it(community, sandrine, signed_in):
    Community.objects.update(ends_on=in_days(20))

    assert any(reverse("communities:life", args=[community.pk]) == item.url for item in Today(sandrine).to_do)
    assert (
        reverse("communities:life", args=[community.pk])
        in signed_in(sandrine).get(community.get_absolute_url()).content.decode()
    )


# ------------------------------------------------------------ alumni


@pytest.fixture
def alumna(community):
    membership = make.a_member(community, make.a_person("Odile", "Roy"), status="alumni", left_on=in_days(-100))
    consents.give(membership, Purpose.ALUMNI_CONTACT)
    return membership


def test_only_those_who_agreed_are_written_to_and_once(community, alumna, sandrine, signed_in):
    silent = make.a_member(community, status="alumni", left_on=in_days(-100))
    client, address = signed_in(sandrine), reverse("communities:alumni", args=[community.pk])

    inviting = form_on(client.get(address), ["people"])
    assert client.post(address, {**inviting.data().dict(), "people": [silent.pk]}).status_code == 422
    inviting.fill({"people": [alumna.pk], "words": "Le sujet de mars est le tien."}).press(client)
    assert inviting.press(client).status_code == 422

    mail = Message.objects.get()
    assert mail.recipient == alumna.user
    assert "Le sujet de mars" in mail.text


def test_the_agreement_holds_two_years(community, alumna):
    alumna.left_on = in_days(-731)
    assert alumni_invitations.reachable([alumna]) == {alumna.pk}  # it was given lately

    alumna.consents.update(given_at=timezone.now() - dt.timedelta(days=732))

    assert alumni_invitations.reachable([alumna]) == set()


def test_one_press_brings_back_and_opening_the_link_does_not(alumna, client):
    address = reverse("communities:come_back", args=[alumni_invitations.alumni_token(alumna)])

    coming = form_on(client.get(address))
    alumna.refresh_from_db()
    assert alumna.status == "alumni"

    coming.press(client)
    coming.press(client)
    alumna.refresh_from_db()
    assert (alumna.status, alumna.left_on) == ("active", None)


def test_the_mail_does_not_leave_once_the_agreement_is_withdrawn(community, alumna, sandrine):
    from outbox.domain import mail_types

    alumni_invitations.invite_alumni(community, [alumna], "", by=sandrine)
    consents.withdraw_consent(alumna, Purpose.ALUMNI_CONTACT)

    assert mail_types.cancel_reason(Message.objects.get())


def test_the_page_of_alumni_asks_as_many_questions_for_thirty(
    community, sandrine, signed_in, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = signed_in(sandrine), reverse("communities:alumni", args=[community.pk])
    counts = []
    for size in (3, 27):
        for _n in range(size):
            consents.give(make.a_member(community, status="alumni", left_on=in_days(-10)), Purpose.ALUMNI_CONTACT)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]
