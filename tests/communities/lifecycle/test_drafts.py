"""A community that a facilitator prepares: seen by them and the coordination of its programme, silent until opened.

Sandrine facilitates Constellation, in Philippe's programme, and prepares « Les pères ». Julien facilitates another
community of that programme; Nora coordinates another programme.
"""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditLine, User
from communities.domain.charter import operating_rules
from communities.domain.community.founding import Plan, found
from communities.domain.lifecycle import drafts
from communities.domain.recruitment import recruitment_emails
from communities.domain.roles import role_assignment, role_emails
from communities.models import Community, Draft, Membership, Role, RoleAssignment, profiles
from evaluations.web.today.bell import waiting_for
from evaluations.web.today.page import Today
from meetings import tasks
from meetings.domain import feeds, polls
from meetings.domain.invitations import invitations, later
from meetings.domain.portal.member_portal import Space
from meetings.domain.scheduling import planning
from meetings.models import Meeting
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, forms_on, submit


@pytest.fixture
def julien(programme):
    user = make.a_person("Julien", "Roy", email="julien@exemple.quebec")
    make.a_role(user, community=make.a_community("Voisine", programme=programme))
    return user


@pytest.fixture
def nora(db):
    user = make.a_person("Nora", "Diallo", email="nora@exemple.quebec")
    make.a_role(user, Role.COORDINATOR, programme=make.a_programme("Ailleurs"))
    return user


@pytest.fixture
def evaluator(programme):
    user = make.a_person("Ève", "Aluation")
    make.a_role(user, Role.EVALUATOR, programme=programme)
    return user


@pytest.fixture
def draft(sandrine, programme):
    plan = Plan(uuid.uuid4(), profiles.Profile.OPEN, {"name": "Les pères"}, programme=programme, is_draft=True)
    return found(plan, by=sandrine)


@pytest.fixture
def zoe(draft):
    """Listed in the draft, and nowhere else."""
    return make.a_member(draft, make.a_person("Zoé", "Lavoie", email="zoe@exemple.quebec")).user


@pytest.fixture
def first(draft, sandrine):
    planned = make.a_meeting(draft, title="Se connaître", link="https://zoom.example/j/7")
    planned.facilitators.add(sandrine)
    return planned


def page_of(community):
    return reverse("communities:detail", args=[community.pk])


# ------------------------------------------------------------ preparing


def test_who_facilitates_prepares_a_community_in_a_programme_of_theirs(sandrine, philippe, nora, programme, signed_in):
    client = signed_in(sandrine)
    assert "Préparer une communauté" in client.get(reverse("communities:list")).text
    page = client.get(reverse("communities:create") + "?profile=open")
    assert [p.name for p in page.context["form"].fields["programme"].queryset] == ["Familles isolées"]

    answer = submit(client, page, {"name": "Les pères", "purpose": "Les rejoindre"})

    made = Community.objects.get(name="Les pères")
    assert answer["Location"] == page_of(made)
    assert (made.status, made.programme, Draft.of(made).prepared_by) == ("draft", programme, sandrine)
    assert list(made.facilitators()) == [sandrine]
    assert "Sandrine Beaulieu prépare cette communauté" in client.get(page_of(made)).text


def test_who_coordinates_creates_it_open(philippe, signed_in):
    client = signed_in(philippe)
    submit(client, reverse("communities:create") + "?profile=open", {"name": "Ouverte"})

    assert Community.objects.get(name="Ouverte").status == "launch"
    assert "Préparer une communauté" not in client.get(reverse("communities:list")).text


def test_who_does_not_facilitate_for_good_in_a_programme_prepares_nothing(community, karim, nadia, signed_in):
    hired = make.a_person("Hugo")
    make.a_role(hired, Role.EXTERNAL, community=community)
    alone = make.a_person("Aline")
    make.a_role(alone, community=make.a_community("Sans programme"))

    for person in (karim, nadia, hired, alone):
        client = signed_in(person)
        assert client.get(reverse("communities:create")).status_code == 403
        assert reverse("communities:create") not in client.get(reverse("communities:list")).text


def test_people_a_first_meeting_and_settings_are_prepared(draft, sandrine, zoe, first, signed_in):
    client = signed_in(sandrine)

    for name in ("members", "add_member", "import_members", "edit", "settings", "roles", "rules"):
        assert client.get(reverse(f"communities:{name}", args=[draft.pk])).status_code == 200, name
    for name in ("detail", "edit", "agenda", "prepare"):
        assert client.get(reverse(f"meetings:{name}", args=[first.pk])).status_code == 200, name
    assert client.get(reverse("meetings:plan", args=[draft.pk])).status_code == 200


# ------------------------------------------------------------ who sees it


def test_it_is_seen_by_who_prepares_it_and_by_its_coordination_alone(
    draft, first, zoe, sandrine, philippe, julien, nora, ada, evaluator, community, signed_in
):
    make.a_role(julien, Role.NOTE_TAKER, community=draft)  # named for later: sees it once it is open
    make.a_member(draft, evaluator)
    pages = [page_of(draft), first.get_absolute_url(), reverse("communities:members", args=[draft.pk])]

    for person in (sandrine, philippe):
        assert [signed_in(person).get(page).status_code for page in pages] == [200] * 3, person
        assert "Les pères" in signed_in(person).get(reverse("communities:list")).text
    for person in (julien, nora, zoe, ada, evaluator):
        client = signed_in(person)
        assert [client.get(page).status_code for page in pages] == [404] * 3, person
        for seen in ("communities:list", "communities:people", "evaluations:today", "meetings:list"):
            assert "Les pères" not in client.get(reverse(seen)).text, (person, seen)

    drafts.open_to_all(draft, by=philippe)

    for person in (julien, zoe, evaluator):
        assert signed_in(person).get(pages[0]).status_code == 200, "control: once it is open"


def test_whoever_is_listed_finds_it_neither_in_their_space_nor_in_their_calendar(draft, first, zoe, philippe):
    visitor = type("Visitor", (), {"user": zoe})()
    assert Space(visitor).memberships == []
    assert list(feeds._meetings_of(zoe)) == []

    drafts.open_to_all(draft, by=philippe)

    zoe = type(zoe).objects.get(pk=zoe.pk)
    assert [m.community for m in Space(type("Visitor", (), {"user": zoe})()).memberships] == [draft]
    assert list(feeds._meetings_of(zoe)) == [first]


# ------------------------------------------------------------ nothing is sent


def written():
    return sorted(Message.objects.values_list("kind", flat=True))


def every_mail(community, meeting, member, by):
    """Each way to write to somebody about a community, whoever may press it."""
    role = make.a_role(make.a_person("Nouvelle"), Role.NOTE_TAKER, community=community)
    role_emails.appointed(role, community, by=by)
    invitations.invite(meeting)
    recruitment_emails.join(make.a_join_invitation(member), "https://exemple.quebec/joindre/")
    rule = make.a_rules_version(community)
    operating_rules.remind_to_read(community)
    polls.ask_dates(
        community, [timezone.now() + dt.timedelta(days=n) for n in (9, 16)], key=uuid.uuid4(), by=by, minutes=60
    )
    meeting.refresh_from_db()
    assert rule.community == community
    later_start = meeting.starts_at + dt.timedelta(hours=1)
    planning.change(
        meeting,
        version=meeting.version,
        facilitators=[],
        starts_at=later_start,
        ends_at=later_start + dt.timedelta(hours=1),
    )
    planning.cancel(Meeting.objects.get(pk=meeting.pk), "Tempête")
    tasks.send_due_reminders()


def test_nothing_is_written_to_anyone_whatever_is_asked(draft, first, zoe, sandrine, community, nadia, meeting):
    every_mail(draft, first, zoe.memberships.get(), sandrine)
    assert written() == []

    every_mail(community, meeting, nadia.memberships.get(), sandrine)

    assert {"appointed", "invitation", "moved", "cancelled", "date-poll", "join"} <= set(written()), "control"


def test_an_invitation_planned_for_later_does_not_leave_a_draft(draft, first, zoe, sandrine, philippe):
    later.send_later(first, timezone.now() + dt.timedelta(hours=1), "", by=sandrine)
    first.invitation.__class__.objects.update(send_at=timezone.now())
    tasks.send_due_reminders()
    assert written() == []

    drafts.open_to_all(draft, by=philippe)
    invitations.invite(first)
    assert written() == ["invitation"], "and once open, Zoé is invited as anyone"


@pytest.mark.parametrize(
    "name", ["communities:invite_members", "communities:introductions", "meetings:ask_dates", "communities:calls"]
)
def test_pages_that_send_are_refused_and_not_offered(name, draft, sandrine, philippe, zoe, signed_in):
    address = reverse(name, args=[draft.pk])
    around = ["communities:detail", "communities:members", "meetings:of_community"]

    for person in (sandrine, philippe):
        client = signed_in(person)
        if name != "communities:calls":  # reading the calls sends nothing
            assert client.get(address).status_code == 403
        for page in around:
            assert address not in client.get(reverse(page, args=[draft.pk])).text

    drafts.open_to_all(draft, by=philippe)
    assert signed_in(sandrine).get(address).status_code == 200, "control"


def test_its_meeting_is_prepared_and_neither_invited_to_nor_run(draft, first, zoe, sandrine, philippe, signed_in):
    client = signed_in(sandrine)
    shown = client.get(reverse("meetings:prepare", args=[first.pk])).text

    for name in ("invite", "live"):
        address = reverse(f"meetings:{name}", args=[first.pk])
        assert client.get(address).status_code == 403
        assert address not in shown

    drafts.open_to_all(draft, by=philippe)
    assert signed_in(sandrine).get(reverse("meetings:invite", args=[first.pk])).status_code == 200


# ------------------------------------------------------------ opening, or sending back


def items(person, draft):
    return [item for item in waiting_for(Today(person)) if item.url == page_of(draft)]


def test_the_coordination_is_told_and_opens_it(draft, sandrine, philippe, nora, julien, signed_in):
    make.a_role(julien, Role.NOTE_TAKER, community=draft, granted_by=sandrine)
    assert [item.detail for item in items(philippe, draft)] == ["Sandrine Beaulieu l’a préparée"]
    assert not items(nora, draft)
    assert not items(sandrine, draft)

    form_on(signed_in(philippe).get(page_of(draft)), button="do=open").press(signed_in(philippe), "do=open")

    draft.refresh_from_db()
    change = draft.status_changes.get()
    assert (draft.status, change.was, change.became, change.by) == ("launch", "draft", "launch", philippe)
    assert not items(philippe, draft)
    assert [m.recipient.first_name for m in Message.objects.all()] == ["Julien"], "told of the role he was given"
    assert not drafts.open_to_all(draft, by=philippe), "asked twice, it is opened once"
    assert draft.status_changes.count() == 1


def test_sent_back_with_a_sentence_it_waits_for_who_prepares_it_then_is_proposed_again(
    draft, sandrine, philippe, signed_in
):
    page = signed_in(philippe).get(page_of(draft))
    form_on(page, ["because"]).fill({"because": "Qui sera invité?"}).press(signed_in(philippe), "do=send-back")

    assert not items(philippe, draft)
    assert [item.detail for item in items(sandrine, draft)] == ["« Qui sera invité? »"]
    shown = signed_in(sandrine).get(page_of(draft))
    assert "Qui sera invité?" in shown.text

    form_on(shown, button="Redemander l’ouverture").press(signed_in(sandrine), "Redemander l’ouverture")

    assert not items(sandrine, draft)
    assert items(philippe, draft)


def test_a_draft_sent_back_without_a_sentence_is_not(draft, philippe):
    with pytest.raises(drafts.ValidationError):
        drafts.send_back(draft, "  ")
    drafts.open_to_all(draft, by=philippe)
    with pytest.raises(drafts.ValidationError):
        drafts.send_back(draft, "Trop tard")


def test_nobody_else_opens_it(draft, sandrine, julien, nora, ada, signed_in):
    """Who prepares it sees no such button either; no page leads there."""
    assert "do=open" not in signed_in(sandrine).get(page_of(draft)).text
    for person, answer in ((sandrine, 403), (julien, 404), (nora, 404), (ada, 404)):
        client = signed_in(person)
        assert client.post(reverse("communities:open_draft", args=[draft.pk]), {"do": "open"}).status_code == answer
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_somebody_erased_leaves_it_to_the_coordination(draft, sandrine, philippe, signed_in):
    Draft.objects.update(prepared_by=None)
    RoleAssignment.objects.filter(user=sandrine).delete()

    assert signed_in(philippe).get(page_of(draft)).status_code == 200
    assert [item.detail for item in items(philippe, draft)] == ["préparée par une personne qui anime"]


def test_a_draft_counts_nobody_elsewhere(draft, zoe, julien, philippe):
    """Somebody listed only there is nobody that Julien may look up."""
    assert not Membership.objects.visible_to(julien).filter(user=zoe).exists()
    assert Membership.objects.visible_to(philippe).filter(user=zoe).exists()


# ------------------------------------------------------------ opened by mistake, given up


def undoing_on(page):
    return form_on(page, button="undo")


def test_an_opening_is_undone_while_nobody_was_written_to(draft, zoe, first, philippe, sandrine, signed_in):
    client = signed_in(philippe)
    opened = form_on(client.get(page_of(draft)), button="do=open").press(client, "do=open")
    shown = client.get(opened["Location"])
    assert Community.objects.get(pk=draft.pk).status == "launch"

    undoing_on(shown).press(client)

    assert Community.objects.get(pk=draft.pk).status == "draft"
    assert not draft.status_changes.exists(), "its life begins when it is opened for good"
    assert AuditLine.objects.filter(action=Action.STATE_CHANGED, details__undone=True).count() == 1
    assert "Sandrine Beaulieu prépare cette communauté" in signed_in(sandrine).get(page_of(draft)).text


def test_an_opening_that_told_somebody_of_their_role_is_not_undone(draft, philippe, karim, signed_in):
    make.a_role(karim, Role.NOTE_TAKER, community=draft)
    client = signed_in(philippe)

    opened = form_on(client.get(page_of(draft)), button="do=open").press(client, "do=open")

    assert Message.objects.filter(kind="appointed").count() == 1
    assert not [b for form in forms_on(client.get(opened["Location"])) for b in form.buttons if b.name == "undo"]
    client.post(reverse("communities:open_draft", args=[draft.pk]), {"do": "take-back"})
    assert Community.objects.get(pk=draft.pk).status == "launch"


@pytest.mark.parametrize("came", ["invited", "begun", "moved on", "an hour", "another opened it"])
def test_an_opening_of_which_something_came_is_not_undone(came, draft, zoe, first, philippe, sandrine, signed_in):
    client = signed_in(philippe)
    opened = form_on(client.get(page_of(draft)), button="do=open").press(client, "do=open")
    shown, now = client.get(opened["Location"]), timezone.now()
    if came == "invited":
        invitations.invite(first)
    elif came == "begun":
        Meeting.objects.filter(pk=first.pk).update(started_at=now)
    elif came == "moved on":
        Community.objects.filter(pk=draft.pk).update(status="active")
    elif came == "an hour":
        draft.status_changes.update(at=now - dt.timedelta(minutes=61))
    else:
        draft.status_changes.update(by=make.a_person("Paule"))

    undoing_on(shown).press(client)

    assert Community.objects.get(pk=draft.pk).status != "draft"


def test_who_prepares_a_draft_deletes_it_once_what_is_in_it_is_read(
    draft, zoe, first, nadia, sandrine, community, signed_in
):
    """Zoé was listed here alone; Nadia is a member elsewhere, and stays."""
    make.a_member(draft, nadia)
    make.a_topic(draft, title="Les pères absents")
    client = signed_in(sandrine)
    asked = client.get(reverse("communities:delete_draft", args=[draft.pk]))
    assert reverse("communities:delete_draft", args=[draft.pk]) in client.get(page_of(draft)).text
    for name in ("Zoé Lavoie", "Nadia", "Se connaître", "Les pères absents"):
        assert name in asked.text, name

    answer = submit(client, asked)

    assert answer["Location"] == reverse("communities:list")
    assert "est supprimée" in client.get(answer["Location"]).text
    assert not Community.objects.filter(pk=draft.pk).exists()
    assert not User.objects.filter(pk=zoe.pk).exists()
    assert list(nadia.memberships.values_list("community", flat=True)) == [community.pk]
    assert AuditLine.objects.filter(action=Action.DELETED, community=draft.pk).count() == 1
    assert not Message.objects.exists()
    assert client.get(asked.request["PATH_INFO"]).status_code == 404


def test_whoever_was_appointed_in_a_draft_alone_goes_with_it(draft, julien, sandrine, signed_in):
    """Omar was given a role here and is known nowhere else; Julien leads another community, and stays."""
    for email, first, last in (("omar@exemple.quebec", "Omar", "Haddad"), (julien.email, "Julien", "Roy")):
        who = {"email": email, "first_name": first, "last_name": last}
        role_assignment.appoint(draft, Role.NOTE_TAKER, **who, ends_on=None, by=User.objects.get(pk=sandrine.pk))
    assert User.objects.filter(email="omar@exemple.quebec").exists()

    submit(signed_in(sandrine), reverse("communities:delete_draft", args=[draft.pk]))

    assert not User.objects.filter(email="omar@exemple.quebec").exists()
    assert User.objects.filter(pk__in=[julien.pk, sandrine.pk]).count() == 2
    assert julien.role_assignments.get().community.name == "Voisine"


def test_nobody_else_deletes_it(draft, philippe, julien, nora, ada, signed_in):
    address = reverse("communities:delete_draft", args=[draft.pk])
    for person, answer in ((philippe, 403), (julien, 404), (nora, 404), (ada, 404)):
        for ask in (signed_in(person).get, signed_in(person).post):
            assert ask(address).status_code == answer, person
    assert Community.objects.filter(pk=draft.pk).exists()


def test_once_open_it_is_not_deleted(draft, zoe, sandrine, philippe, signed_in):
    client = signed_in(sandrine)
    asked = client.get(reverse("communities:delete_draft", args=[draft.pk]))
    drafts.open_to_all(draft, by=philippe)

    answer = submit(client, asked)

    assert "archive" in client.get(answer["Location"]).text
    assert Community.objects.filter(pk=draft.pk).exists()
