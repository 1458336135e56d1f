"""What holds whatever the table of permissions says (permissions.md, invariants)."""

import datetime as dt
import re

import pytest
import rules
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.domain.lifecycle import life
from communities.domain.roles import role_assignment
from communities.models import Community, Role, RoleAssignment
from evaluations.domain import self_assessment
from evaluations.domain.surveys import collection
from evaluations.models import Response, Survey
from meetings.domain.links import links
from meetings.models import Meeting, Note, Reflection
from tests import factories as make
from tests.test_permissions import PUBLIC, TABLE, World, answered, expected, standing, ways_out_of  # noqa: F401

DAY = dt.timedelta(days=1)
OF_AN_ORGANISATION = "communities.edit_organisation"  # known by its number: asked of nothing else
APPS = ("communities.", "meetings.", "evaluations.")


def rights(user: User, place) -> set[tuple[str, str]]:
    """Every permission that holds, of each thing of the place it can be asked of."""
    user = User.objects.get(pk=user.pk)  # roles are remembered on it
    asked = {"nothing": None, "programme": place.community.programme}
    asked |= {name: getattr(place, name) for name in ("community", "meeting", "training", "topic", "recording")}
    found = set()
    for perm in rules.permissions.permissions:
        for name, thing in asked.items():
            try:
                if perm.startswith(APPS) and perm != OF_AN_ORGANISATION and user.has_perm(perm, thing):
                    found.add((perm, name))
            except AttributeError:  # this permission is not asked of such a thing
                continue
    return found


def sees(user: User) -> bool:
    return Meeting.objects.visible_to(User.objects.get(pk=user.pk)).exists()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "dates",
    [{"ends_on": -DAY}, {"starts_on": DAY}, {"ended_at": -DAY}],
    ids=["over", "to come", "withdrawn"],
)
def test_a_role_not_in_force_gives_nothing(role, dates, standing, db):  # noqa: F811
    person, place, today = make.a_person("Eve"), standing.places["own"], timezone.localdate()
    nothing = rights(person, place)
    now = {"ends_on": today, "starts_on": today, "ended_at": timezone.now()}
    make.a_role(person, role, community=place.community, **{name: now[name] + by for name, by in dates.items()})

    assert rights(person, place) == nothing
    assert not sees(person)


@pytest.mark.parametrize("role", Role)
def test_a_role_in_a_programme_allows_all_it_allows_in_one_community(role, standing, db):  # noqa: F811
    """right(sub-scope) ⊆ right(scope); and, of another programme, nothing."""
    here, everywhere, own = make.a_person("Ici"), make.a_person("Partout"), standing.places["own"]
    make.a_role(here, role, community=own.community)
    make.a_role(everywhere, role, programme=own.community.programme)

    assert rights(here, own) - rights(everywhere, own) == set()
    assert rights(everywhere, standing.places["sister"]) >= rights(here, own)
    elsewhere = rights(everywhere, standing.places["other"])
    anywhere = {perm for perm, thing in elsewhere if thing == "nothing"}
    assert {perm for perm, _thing in elsewhere} <= anywhere, "in another programme"


@pytest.mark.parametrize("role", ["ME", "RD", "NT", "FA", "FX", "CO", "PC", "EV", "AD"])
def test_nobody_raises_their_own_rights(role, standing, db):  # noqa: F811
    person, place = standing.people[role], standing.places["own"]
    before, had = rights(person, place), RoleAssignment.objects.filter(user=person).count()
    told = {"email": person.email, "first_name": "", "last_name": "", "ends_on": timezone.localdate() + DAY}

    for wanted in Role:
        with pytest.raises((PermissionDenied, ValidationError)), transaction.atomic():
            role_assignment.appoint(place.community, wanted, by=User.objects.get(pk=person.pk), **told)
        pressed = {**told, "role": wanted, "ends_on": told["ends_on"].isoformat()}
        standing.client(role).post(place.address("communities:roles", "community"), pressed)

    assert RoleAssignment.objects.filter(user=person).count() == had
    assert rights(person, place) == before


def test_only_who_leads_for_good_names_who_facilitates_with_them(standing, db):  # noqa: F811
    """Being named for a meeting is a right: those it is given to do not give it."""
    place = standing.places["own"]
    may = {r for r, who in standing.people.items() if who and ("meetings.share", "meeting") in rights(who, place)}

    assert may == {"FA", "PC"}


# ---------------------------------------------------------------- what is never read


def pages(world: World, role: str, of: tuple[str, ...] = ("",)):
    """Every page of their own community that this role may open signed in, as it is written; or only some."""
    client, place = world.client(role), world.places["own"]
    for name, line in TABLE.items():
        asked = name.startswith(of) and name not in FILES and line.roles != PUBLIC and "GET" in line.methods
        if asked and expected(line, role, "own", "GET") == "ok":
            with transaction.atomic():
                yield name, client.get(place.address(name, line.of)).content.decode(errors="replace")
                transaction.set_rollback(True)


FILES = {
    "meetings:minutes_pdf", "meetings:sign_in_sheet", "meetings:agenda_pdf", "meetings:poster",
    "communities:call_poster", "evaluations:report_pdf", "evaluations:report_in_word", "meetings:agenda_in_word",
    "communities:rules_in_word", "communities:word_template_file", "evaluations:questionnaire_in_word",
}  # fmt: skip  # drawn slowly


def test_an_external_evaluator_never_sees_an_address(standing, db):  # noqa: F811
    own = standing.people["EV"].email
    seen = {
        (name, address)
        for name, page in pages(standing, "EV")
        for address in re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", page)
    }

    assert {(name, address) for name, address in seen if address != own} == set()


WHERE_THEY_ARE = (
    "communities:life",
    "communities:needs",
    "meetings:detail",
    "meetings:follow_up",
    "meetings:recording",
    "meetings:topics",
    "meetings:icebreaker",
    "meetings:journal",
    "evaluations:influences",
)


def secrets_of(place) -> list[str]:
    """Written where administrators have no business (P3–P4): words of people, and words about them."""
    words = [f"secret{n}nommé" for n in range(11)]
    make.say_of(place.meeting, synthesis=words[0], follow_up=words[1], closed_at=timezone.now())
    Note.objects.filter(pk=place.note.pk).update(text=words[2])
    Reflection.objects.create(meeting=place.meeting, author=place.membership.user, words=words[3])
    place.recording.purpose = words[4]
    place.recording.started_at, place.recording.destroy_on = timezone.now(), timezone.localdate() + DAY
    place.recording.save()
    life.record(place.community, Community.Status.DORMANT, by=None, reason=words[5])
    place.warm_up_answer.text = words[6]
    place.warm_up_answer.save()
    place.need.what = words[7]
    place.need.save()
    place.topic.title = words[8]
    place.topic.save()
    place.influence.text = words[9]
    place.influence.save()
    self_assessment.write(place.membership.user, timezone.localdate().year, {"trust": (1, words[10])}, words[10])
    return words


def test_an_administrator_never_reads_what_people_wrote(standing, db):  # noqa: F811
    words = secrets_of(standing.places["own"])

    read = {(name, word) for name, page in pages(standing, "AD") for word in words if word in page}
    control = {word for name, page in pages(standing, "FA", WHERE_THEY_ARE) for word in words if word in page}

    assert read == set()
    assert control == set(words) - {words[3], words[10]}, "a facilitator does not read others’ own pages"


@pytest.fixture
def few_answers(standing, db):  # noqa: F811
    """Closed with three answers, under the threshold; their words are marked."""
    place = standing.places["own"]
    Meeting.objects.filter(pk=place.meeting.pk).update(started_at=timezone.now())
    survey = collection.open_for(Meeting.objects.get(pk=place.meeting.pk), by=standing.people["FA"])
    for n in range(3):
        member = make.a_member(place.community)
        make.an_attendance(place.meeting, member)
        collection.answer(survey, member, {"R1": 4, "R5A": f"mot{n}caché", "R5B": f"mot{n}caché"}, in_session=True)
    collection.close(Survey.objects.get(pk=survey.pk))
    return survey


@pytest.mark.parametrize("role", ["ME", "NT", "FA", "CO", "PC", "EV", "AD"])
def test_no_role_reads_raw_anonymous_rows(role, standing, few_answers):  # noqa: F811
    pool = Survey.objects.get(pk=few_answers.pk).pool
    assert (len(pool.people), len(pool.answers["R5A"]), Response.objects.count()) == (3, 3, 0)

    for name, page in pages(standing, role, ("evaluations:", "meetings:detail", "meetings:complete")):
        assert "caché" not in page, name
        assert not any(digest in page for digest in [*pool.people, pool.keyring_name]), name


def test_no_rule_and_no_address_is_about_single_answers():
    named = [*rules.permissions.permissions, *TABLE]

    assert not [name for name in named if re.search(r"receipt|response|raw|urn\b|ballot_box|who_answered", name)]


@pytest.mark.parametrize("is_named", [True, False], ids=["named for it", "by her role, where nobody is named"])
def test_a_note_taker_never_answers_the_survey_of_a_meeting_she_notes(is_named, standing, db):  # noqa: F811
    place, karim = standing.places["own"], standing.people["NT"]
    Meeting.objects.filter(pk=place.meeting.pk).update(
        started_at=timezone.now(), note_taker=karim if is_named else None
    )
    meeting = Meeting.objects.get(pk=place.meeting.pk)
    listed = make.a_member(place.community, karim)
    make.an_attendance(meeting, listed)
    survey = collection.open_for(meeting, by=standing.people["FA"])
    ballot = reverse("evaluations:ballot", args=[links.guest_token(meeting, listed)])

    assert Client().post(ballot, {"R1": "4"}).status_code == 409
    assert survey.receipts.count() == 0

    Meeting.objects.filter(pk=meeting.pk).update(note_taker=standing.people["FA"])
    assert 'name="R1"' in Client().get(ballot).content.decode(), "somebody else notes it: she is a member there"
    assert not User.objects.get(pk=karim.pk).has_perm("meetings.take_notes", Meeting.objects.get(pk=meeting.pk))


# ---------------------------------------------------------------- what a page offers can be done

OF_A_MEETING = ("meeting", "minutes", "note", "attendance", "meeting topic", "recording")


@pytest.mark.parametrize("role", ["ME", "NT", "FX", "CO", "PC", "EV"])
@pytest.mark.parametrize("state", ["under way", pytest.param("closed", marks=pytest.mark.long), "long over"])
def test_pages_of_a_meeting_offer_what_may_be_done(state, role, standing, db):  # noqa: F811
    """As `test_permissions` asks of one to come: here each link and form of each kind is tried."""
    place, now = standing.places["own"], timezone.now()
    times = {"under way": now - DAY / 48, "closed": now - DAY, "long over": now - 15 * DAY}
    when = {"starts_at": times[state], "started_at": times[state], "ends_at": times[state] + DAY / 24}
    closed_at = None if state == "under way" else when["ends_at"]
    make.say_of(place.meeting, **when, closed_at=closed_at, synthesis="On garde le samedi.")
    make.an_attendance(place.meeting, place.membership)
    client, tried, refused = standing.client(role), set(), []
    ours = {name for name, line in TABLE.items() if line.of in OF_A_MEETING and name not in FILES}
    for page in sorted(ours):
        if "GET" not in TABLE[page].methods:
            continue
        response = client.get(place.address(page, TABLE[page].of))
        for name, method, path in ways_out_of(response) if response.status_code == 200 else ():
            if name in ours and (name, method) not in tried:
                tried.add((name, method))
                with transaction.atomic():
                    answer = answered(client.generic(method, path, content_type="application/x-www-form-urlencoded"))
                    transaction.set_rollback(True)
                if answer in ("not allowed", "not found"):
                    refused.append(f"{page} leads to {method} {name}: {answer}")

    assert "\n".join(refused) == ""
