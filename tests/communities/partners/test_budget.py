"""The light budget: amounts as people write them, totals, and who reads them."""

import pytest
from django.utils import timezone, translation

from cmtl import money
from communities.models import BudgetLine
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/budget/"


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("1 234,50", 123450),
        ("1 234,50 $", 123450),
        ("1\u202f234,50", 123450),
        ("1,234.50", 123450),
        ("$1,234.50", 123450),
        ("1.234,50", 123450),
        ("1234", 123400),
        ("1,234", 123400),
        ("1 234 567", 123456700),
        ("12.5", 1250),
        ("12,5", 1250),
        ("0,29", 29),
        ("0", 0),
    ],
)
def test_an_amount_is_read_as_it_is_written(written, cents):
    assert money.cents_of(written) == cents


@pytest.mark.parametrize(
    "written", ["-5", "abc", "1,23,4", "12.345.6", "1,234,56", "1e5", "٣", "..", "NaN", "5" * 40, ","]
)
def test_what_is_no_amount_is_not_guessed(written):
    with pytest.raises(ValueError, match=r".*"):
        money.cents_of(written)


def test_amounts_are_read_in_both_languages():
    with translation.override("fr-ca"):
        assert money.shown(123450).replace("\xa0", " ").replace("\u202f", " ") == "1 234,50 $"
        assert money.plain(123450) == "1234,50"
    with translation.override("en"):
        assert (money.shown(-123450), money.plain(5)) == ("−$1,234.50", "0.05")


def test_a_line_is_added_once(signed_in, sandrine, community, address):
    line = {"category": "room", "label": "Salle", "planned": "1 234,50", "spent": "1,000.25"}
    client = signed_in(sandrine)
    adding = form_on(client.get(address), line).fill(line)

    for _twice in range(2):
        adding.press(client)

    kept = community.budget_lines.get()
    assert (kept.planned, kept.spent, kept.remaining) == (123450, 100025, 23425)


def test_the_totals_and_what_a_meeting_costs(signed_in, sandrine, community, address):
    make.a_budget_line(community, planned=50000, spent=10000)
    make.a_budget_line(community, planned=0, spent=100)
    for _meeting in range(3):
        make.a_meeting(community, closed_at=timezone.now())
    make.a_meeting(community)

    told = signed_in(sandrine).get(address).context

    assert (told["budget"].planned, told["budget"].spent, told["budget"].remaining) == (50000, 10100, 39900)
    assert (told["held"], told["each"]) == (3, 3367)


def test_a_wrong_amount_is_said_at_its_field_and_nothing_is_lost(signed_in, sandrine, address):
    response = submit(signed_in(sandrine), address, {"category": "room", "label": "Salle", "planned": "cent"})

    assert response.status_code == 422
    assert 'value="cent"' in response.content.decode()
    assert not BudgetLine.objects.exists()


def test_members_never_read_it(signed_in, nadia, community, address):
    make.a_budget_line(community, planned=50000)

    assert signed_in(nadia).get(address).status_code == 403


def test_it_leaves_as_a_table(signed_in, sandrine, community):
    make.a_budget_line(community, "=1+1", planned=123450, spent=200000)

    table = signed_in(sandrine).get(f"/communautes/{community.pk}/budget.csv").content.decode("utf-8-sig")

    assert table.splitlines()[1] == "Salle;'=1+1;;1234,50;2000,00;-765,50"


def test_the_page_asks_the_same_for_three_lines_and_for_thirty(
    signed_in, sandrine, community, address, django_assert_max_num_queries
):
    client, counts = signed_in(sandrine), []
    for upto in (3, 30):
        for _n in range(community.budget_lines.count(), upto):
            make.a_budget_line(community)
            make.a_meeting(community, kind="training", cost=5000, closed_at=timezone.now())
        with django_assert_max_num_queries(60) as asked:
            client.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1]


# ------------------------------------------------------------ what is written elsewhere, and counts here


def test_a_training_costs_what_its_meeting_says_and_is_spent_once_held(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    training = make.a_meeting(community, kind="training", title="Accueillir", cost=120050, fee=7500, expert="Maïka")
    make.a_meeting(community, kind="training", cost=90000, cancelled_at=timezone.now())
    make.a_budget_line(community, planned=50000, spent=10000)

    before = client.get(address)
    training.closed_at = timezone.now()
    training.save()
    after = client.get(address).context["budget"]

    assert (before.context["budget"].planned, before.context["budget"].spent) == (170050, 10000)
    assert (after.planned, after.spent, after.remaining) == (170050, 130050, 40000)
    assert f'href="/rencontres/{training.pk}/"' in before.content.decode()
    assert "Maïka" in before.content.decode()
    assert "Accueillir" in client.get(f"/communautes/{community.pk}/budget.csv").content.decode("utf-8-sig")


def test_a_paid_mandate_is_planned_once_and_keeps_what_was_spent(signed_in, sandrine, philippe, community, address):
    client, roles = signed_in(sandrine), f"/communautes/{community.pk}/roles/"
    mandate = {"role": "external", "email": philippe.email, "fee": "2 400,50", "contract": "2026-114"}

    giving = form_on(client.get(roles), mandate).fill(mandate)

    for _twice in range(2):
        giving.press(client)
    line = community.budget_lines.get()
    line.spent = 120000
    line.save()
    submit(client, roles, mandate | {"fee": "3000"})
    line.refresh_from_db()

    assert (line.assignment.user, line.assignment.contract) == (philippe, "2026-114")
    assert (line.planned, line.spent, line.category) == (300000, 120000, "facilitator")
    assert philippe.full_name in client.get(address).content.decode()


def test_only_an_external_facilitator_has_a_fee(signed_in, sandrine, philippe, community):
    client = signed_in(sandrine)

    given = {"role": "note_taker", "email": philippe.email, "fee": "100"}
    refused = submit(client, f"/communautes/{community.pk}/roles/", given)

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"fee"}
    assert not community.budget_lines.exists()
