"""What helped and what hindered: noted, corrected, offered to the annual report."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from evaluations.domain.reports import publishing
from evaluations.domain.reports.report import CommunityYear, told_by
from evaluations.models import Influence
from tests import factories as make
from tests.forms import form_on, submit
from tests.test_undoing import undoing_on

YEAR = timezone.localdate().year
LOAN, LATE = "Une salle prêtée par la bibliothèque", "Le budget annoncé trop tard"


def page_of(community):
    return reverse("evaluations:influences", args=[community.pk])


def noting(community):
    return reverse("evaluations:note_influence", args=[community.pk])


def test_it_says_who_reads_before_it_asks(community, sandrine, signed_in):
    page = signed_in(sandrine).get(page_of(community)).content.decode()

    assert page.index("par la coordination") < page.index("Cela a-t-il aidé ou nui")


def test_a_line_is_noted_listed_by_year_and_taken_back(community, sandrine, signed_in):
    client = signed_in(sandrine)

    submit(client, page_of(community), {"kind": "helped", "text": LOAN, "factor": "group"}, action=noting(community))

    line = Influence.objects.get()
    assert (line.kind, line.text, line.factor, line.by) == ("helped", LOAN, "group", sandrine)
    assert line.noted_on == timezone.localdate()
    assert not line.is_in_report
    shown = client.get(page_of(community))
    assert LOAN in client.get(reverse("evaluations:vitality", args=[community.pk])).content.decode()
    undoing_on(shown).press(client)
    assert not Influence.objects.exists()


def test_the_press_sent_twice_is_one_line(community, sandrine, signed_in):
    client = signed_in(sandrine)
    form = form_on(client.get(page_of(community)), action=noting(community))
    form.fill({"kind": "helped", "text": LOAN})

    form.press(client)
    form.press(client)

    assert Influence.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": LOAN}, "Ce champ est obligatoire"),
        ({"kind": "helped"}, "Ce champ est obligatoire"),
        ({"kind": "helped", "text": LOAN, "noted_on": str(timezone.localdate() + dt.timedelta(days=2))}, "passé"),
    ],
)
def test_what_lacks_is_said_at_the_field_and_nothing_is_lost(given, said, community, sandrine, signed_in):
    answer = submit(signed_in(sandrine), page_of(community), given, action=noting(community))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert given.get("text", "") in answer.content.decode()
    assert not Influence.objects.exists()


def test_two_who_facilitate_note_each_and_change_only_their_own(community, sandrine, rita, signed_in):
    mine, theirs = make.an_influence(community, sandrine, LOAN), make.an_influence(community, rita, LATE, "hindered")
    client = signed_in(sandrine)
    page = client.get(page_of(community)).content.decode()
    assert LOAN in page
    assert LATE in page
    assert "Rita" in page
    own, other = (reverse("evaluations:influence", args=[one.pk]) for one in (mine, theirs))
    assert own in page
    assert other not in page

    submit(client, own, {"text": "Une salle et le café"}, action="")
    assert client.get(other).status_code == 403
    assert client.post(other, {"text": "x"}).status_code == 403
    assert client.post(reverse("evaluations:remove_influence", args=[theirs.pk])).status_code == 403

    assert set(Influence.objects.values_list("text", flat=True)) == {"Une salle et le café", LATE}


def test_changed_from_two_windows_nothing_is_lost(community, sandrine, signed_in):
    line, client = make.an_influence(community, sandrine, LOAN), signed_in(sandrine)
    address = reverse("evaluations:influence", args=[line.pk])
    early, late = (form_on(client.get(address), ["text"]) for _ in range(2))

    early.fill({"text": "La première"}).press(client)
    answer = late.fill({"text": "La seconde"}).press(client)

    assert answer.status_code == 409
    assert "La première" in answer.content.decode()
    assert "La seconde" in answer.content.decode()
    line.refresh_from_db()
    assert line.text == "La première"


def test_a_line_removed_comes_back_with_one_press(community, sandrine, signed_in):
    line, client = make.an_influence(community, sandrine, LOAN), signed_in(sandrine)

    page = submit(
        client,
        reverse("evaluations:influence", args=[line.pk]),
        action=reverse("evaluations:remove_influence", args=[line.pk]),
        follow=True,
    )

    assert not Influence.objects.exists()
    undoing_on(page).press(client)
    assert Influence.objects.get().text == LOAN


@pytest.mark.parametrize(
    ("who", "status"), [("philippe", 200), ("nadia", 403), ("karim", 403), ("ada", 403), ("sam", 404)]
)
def test_the_coordination_reads_and_nobody_else(who, status, community, sandrine, request, signed_in):
    make.an_influence(community, sandrine, LOAN)
    client = signed_in(request.getfixturevalue(who))

    answer = client.get(page_of(community))

    assert answer.status_code == status
    assert (LOAN in answer.content.decode()) == (status == 200)
    assert client.post(noting(community), {"kind": "helped", "text": "x"}).status_code in (403, 404)
    if who != "sam":
        vitality = client.get(reverse("evaluations:vitality", args=[community.pk])).content.decode()
        assert (LOAN in vitality) == (status == 200)


def test_whoever_facilitates_the_neighbour_finds_nothing(community, programme, sandrine, signed_in):
    neighbour = make.a_community("Voisine", programme=programme)
    other = make.a_person("Voisin")
    make.a_role(other, Role.FACILITATOR, community=neighbour)
    line, client = make.an_influence(community, sandrine, LOAN), signed_in(other)

    assert client.get(page_of(community)).status_code == 404
    assert client.get(reverse("evaluations:influence", args=[line.pk])).status_code == 404
    assert client.get(page_of(neighbour)).status_code == 200
    assert LOAN not in client.get(page_of(neighbour)).content.decode()


# ---------------------------------------------------------------- in the annual report


def report_page(name, community):
    return reverse(f"evaluations:{name}", args=[community.pk, YEAR])


def tick(client, community, *lines):
    page = client.get(report_page("write_report", community) + "?chapitre=next")
    return form_on(page, ["next_year"]).fill({"influence": [str(one.pk) for one in lines]})


def test_nothing_goes_to_the_report_without_a_press(community, sandrine, signed_in):
    loan = make.an_influence(community, sandrine, LOAN)
    late = make.an_influence(community, sandrine, LATE, "hindered", factor="engagement")
    make.an_influence(community, sandrine, "L’an dernier", noted_on=dt.date(YEAR - 1, 5, 4))
    client = signed_in(sandrine)
    before = client.get(report_page("write_report", community) + "?chapitre=next").content.decode()
    assert LOAN in before
    assert "L’an dernier" not in before
    assert LOAN not in client.get(report_page("report", community)).content.decode()

    tick(client, community, late).press(client)

    page = client.get(report_page("report", community)).content.decode()
    assert LATE in page
    assert LOAN not in page
    assert [one.text for one in CommunityYear.gather(community, YEAR).what_hindered] == [LATE]
    loan.refresh_from_db()
    assert not loan.is_in_report


def test_what_is_published_stays_and_never_says_who_noted_it(community, sandrine, nadia, signed_in):
    late = make.an_influence(community, sandrine, LATE, "hindered")
    tick(signed_in(sandrine), community, late).press(signed_in(sandrine))
    published = publishing.publish(community, YEAR, by=sandrine)

    late.delete()

    page = signed_in(nadia).get(report_page("report", community)).content.decode()
    assert LATE in page
    assert told_by(published).influences[0].text == LATE
    assert str(sandrine) not in str(published.figures["influences"])


def test_two_who_write_the_report_lose_no_tick(community, sandrine, philippe, client):
    loan, late = make.an_influence(community, sandrine, LOAN), make.an_influence(community, sandrine, LATE, "hindered")
    client.force_login(sandrine)
    mine = tick(client, community, loan)
    client.force_login(philippe)
    theirs = tick(client, community, late)

    theirs.press(client)
    client.force_login(sandrine)
    answer = mine.press(client)

    assert answer.status_code == 409
    assert set(Influence.objects.filter(is_in_report=True)) == {late}
    assert LATE in answer.content.decode()
    form_on(answer, ["next_year"]).press(client)
    assert set(Influence.objects.filter(is_in_report=True)) == {loan}


def test_a_line_moved_to_another_year_waits_for_the_report_of_that_year(community, sandrine, signed_in):
    line = make.an_influence(community, sandrine, LOAN, is_in_report=True)
    client = signed_in(sandrine)

    submit(client, reverse("evaluations:influence", args=[line.pk]), {"noted_on": f"{YEAR - 1}-05-04"}, action="")

    line.refresh_from_db()
    assert (line.noted_on.year, line.is_in_report) == (YEAR - 1, False)


def test_a_line_that_vanished_meanwhile_is_left_out(community, sandrine, signed_in):
    loan, late = make.an_influence(community, sandrine, LOAN), make.an_influence(community, sandrine, LATE, "hindered")
    client = signed_in(sandrine)
    form = tick(client, community, loan, late)

    late.delete()

    assert form.press(client).status_code == 302
    assert set(Influence.objects.filter(is_in_report=True)) == {loan}
