"""Objectives that keep their history and are reviewed, what members propose, and rules each one reads."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cmtl import editing
from communities.domain.charter import objectives, operating_rules, proposals, rules_emails, rules_links
from communities.models import Membership, Objective, ObjectiveProposal, Policies, RulesAcknowledgement
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def told(community):
    return reverse("communities:charter", args=[community.pk])


@pytest.fixture
def rules(community):
    return reverse("communities:rules", args=[community.pk])


# ---------------------------------------------------------------- objectives


def test_what_an_objective_said_before_is_kept_with_who_and_when(signed_in, sandrine, nadia, community, told):
    old = make.an_objective(community, "Créer des liens")
    address, client = reverse("communities:objectives", args=[community.pk]), signed_in(sandrine)

    submit(client, address, {"rows-0-wording": "Créer des liens qui durent"})

    old.refresh_from_db()
    (before,) = old.earlier.all()
    assert (old.wording, before.wording, before.by) == (
        "Créer des liens qui durent",
        "Créer des liens",
        sandrine,
    )
    assert "Créer des liens</q>" in signed_in(nadia).get(told).content.decode()


def test_saving_without_a_change_keeps_no_version(signed_in, sandrine, community):
    old = make.an_objective(community, "Créer des liens")
    address, client = reverse("communities:objectives", args=[community.pk]), signed_in(sandrine)

    changed = {"objectives_reviewed_every": 6, "proposals_frame": "Cinq au plus"}
    assert submit(client, address, changed).status_code == 302

    community.refresh_from_db()
    assert not old.earlier.exists()
    policies = Policies.of(community)
    assert (policies.objectives_reviewed_every, policies.proposals_frame) == (6, "Cinq au plus")


def test_a_review_is_dated_with_what_was_found(signed_in, sandrine, community):
    old = make.an_objective(community, reviewed_on=dt.date(2024, 1, 1))
    dropped = make.an_objective(community, state=Objective.State.DROPPED, reviewed_on=dt.date(2024, 1, 1))
    client, address = signed_in(sandrine), reverse("communities:objectives", args=[community.pk])
    reviewing = form_on(client.get(address), ["too_vague"]).fill({"too_vague": True})

    for _press in range(2):
        reviewing.press(client)

    old.refresh_from_db(), dropped.refresh_from_db()
    (review,) = community.objective_reviews.all()
    assert (review.too_vague, review.too_many, review.by) == (True, False, sandrine)
    assert old.reviewed_on == timezone.localdate()
    assert dropped.reviewed_on == dt.date(2024, 1, 1)


@pytest.mark.parametrize(
    ("reviewed", "months", "due"),
    [
        (dt.date(2026, 3, 15), 12, dt.date(2027, 3, 15)),
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2026, 12, 31), 12, dt.date(2027, 12, 31)),
        (dt.date(2026, 11, 1), 1, dt.date(2026, 12, 1)),
    ],
)
def test_a_review_is_due_that_many_months_later(reviewed, months, due):
    assert objectives.review_due_on(reviewed, months) == due


@pytest.mark.parametrize(("n", "warned"), [(5, False), (6, True)])
def test_more_than_five_objectives_warn_and_forbid_nothing(signed_in, sandrine, community, n, warned):
    for _ in range(n):
        make.an_objective(community)

    shown = signed_in(sandrine).get(reverse("communities:objectives", args=[community.pk]))

    assert bool(shown.context["alerts"]) is warned


def test_what_is_out_of_reach_is_said_to_members_and_taken_back(signed_in, sandrine, nadia, community, told):
    address, client = reverse("communities:excluded_expectations", args=[community.pk]), signed_in(sandrine)
    written = {"rows-0-wording": "Financer chaque projet", "rows-0-reason": "Voir la Ville"}

    assert submit(client, address, written).status_code == 302
    assert "Financer chaque projet" in signed_in(nadia).get(told).content.decode()

    submit(signed_in(sandrine), address, {"rows-0-wording": ""})
    assert not community.excluded_expectations.exists()


# ---------------------------------------------------------------- proposals


def test_a_member_proposes_and_reads_the_answer(signed_in, sandrine, nadia, community, told):
    address = reverse("communities:propose_objective", args=[community.pk])
    client = signed_in(nadia)
    proposing = form_on(client.get(address), ["wording"]).fill({"wording": "Une banque d’outils", "kind": "pooling"})
    for _press in range(2):
        proposing.press(client)
    (proposal,) = community.objective_proposals.all()

    answer = reverse("communities:objective_proposal", args=[proposal.pk])
    refused = submit(signed_in(sandrine), answer, {"answer": ""}, button="do=decline")
    assert refused.status_code == 422
    submit(client, refused, {"answer": "Pas cette année."}, button="do=decline")

    assert not community.objectives.exists()
    assert "Pas cette année." in signed_in(nadia).get(told).content.decode()
    assert "Pas cette année." not in signed_in(sandrine).get(told).content.decode(), "it is told to who proposed"


def test_a_revision_adopted_keeps_the_earlier_words(signed_in, sandrine, nadia, community):
    old = make.an_objective(community, "Créer des liens", indicator="Appels entre membres")
    proposal = proposals.propose_objective(community, by=nadia, wording="Des liens entre régions", replaces=old)
    address = reverse("communities:objective_proposal", args=[proposal.pk])

    wording = {"wording": "Des liens entre les sept régions"}
    submit(signed_in(sandrine), address, wording, button="do=adopt")

    old.refresh_from_db(), proposal.refresh_from_db()
    assert (old.wording, old.indicator) == ("Des liens entre les sept régions", "Appels entre membres")
    assert old.earlier.get().wording == "Créer des liens"
    assert proposal.state == ObjectiveProposal.State.ADOPTED


def test_a_new_objective_adopted_comes_last(sandrine, nadia, community):
    make.an_objective(community, position=4)
    proposal = proposals.propose_objective(community, by=nadia, wording="  Un   outil ", kind="pooling")

    adopted = proposals.adopt(proposal, by=sandrine)

    assert (adopted.wording, adopted.kind, adopted.position) == ("Un outil", "pooling", 5)


def test_a_proposal_is_answered_once(sandrine, philippe, nadia, community):
    proposal = proposals.propose_objective(community, by=nadia, wording="Un outil", kind="pooling")
    proposals.adopt(proposal, by=sandrine)

    with pytest.raises(ValidationError):
        proposals.decline(proposal, by=philippe, answer="Non")

    assert community.objectives.count() == 1


def test_an_objective_of_another_community_is_not_reworded(signed_in, nadia, community):
    other = make.an_objective(make.a_community())
    address = reverse("communities:propose_objective", args=[community.pk])

    response = signed_in(nadia).post(address, {"wording": "Pris", "kind": "links", "replaces": other.pk})

    assert response.status_code == 422
    assert not ObjectiveProposal.objects.exists()


# ---------------------------------------------------------------- rules


def change(client, address, **sent):
    return submit(client, address, sent)


def test_a_change_of_the_rules_makes_a_version_that_nobody_has_read(signed_in, sandrine, nadia, community, rules):
    make.a_rule(community, "Écouter")
    membership = nadia.memberships.get()
    operating_rules.acknowledge(membership)

    change(signed_in(sandrine), rules, **{"rows-0-text": "Écouter pour comprendre"})

    second, first = community.rules_versions.all()
    assert (first.number, first.texts[0]["text"]) == (1, "Écouter")
    assert (second.number, second.texts[0]["text"], second.adopted_by) == (2, "Écouter pour comprendre", sandrine)
    assert list(operating_rules.not_yet(community, second)) == [membership]


def test_a_minor_correction_keeps_the_version_and_who_read_it(signed_in, sandrine, nadia, community, rules):
    make.a_rule(community, "Écoutter")
    operating_rules.acknowledge(nadia.memberships.get())

    change(signed_in(sandrine), rules, **{"rows-0-text": "Écouter", "minor": True})

    (version,) = community.rules_versions.all()
    assert version.texts[0]["text"] == "Écouter"
    assert not operating_rules.not_yet(community, version).exists()


def test_saving_the_rules_as_they_are_makes_nothing(signed_in, sandrine, community, rules):
    make.a_rule(community)
    for _press in range(2):
        change(signed_in(sandrine), rules, each_time=True)

    assert community.rules_versions.count() == 1


def test_a_member_says_they_read_the_rules_once(signed_in, nadia, community, told):
    make.a_rules_version(community)
    client = signed_in(nadia)
    reading = form_on(client.get(told), action=reverse("communities:acknowledge_rules", args=[community.pk]))

    for _press in range(2):
        reading.press(client)

    assert RulesAcknowledgement.objects.get().membership == nadia.memberships.get()
    assert signed_in(nadia).get(told).context["read"]


def test_the_version_one_was_shown_is_the_one_one_has_read(signed_in, nadia, community, told):
    make.a_rules_version(community)
    client = signed_in(nadia)
    shown = client.get(told)
    make.a_rules_version(community)

    submit(client, shown, action=reverse("communities:acknowledge_rules", args=[community.pk]))

    assert not RulesAcknowledgement.objects.exists(), "version 2 was adopted meanwhile"


def test_nothing_more_is_said_of_an_archived_community(client, nadia, community):
    make.a_rules_version(community)
    opened = client.get(rules_links.rules_address(nadia.memberships.get()))
    community.status = community.Status.ARCHIVED
    community.save()

    response = submit(client, opened)

    assert response.status_code == 404
    assert not RulesAcknowledgement.objects.exists()


def test_only_those_who_lead_see_who_has_not_read(signed_in, sandrine, nadia, community, told):
    make.a_rules_version(community)
    late = make.a_member(community, make.a_person("Zoé", "Retard"))

    assert "Zoé Retard" in signed_in(sandrine).get(told).content.decode()
    assert late.user.full_name not in signed_in(nadia).get(told).content.decode()


def test_a_reminder_goes_once_a_day_to_those_who_have_not(signed_in, sandrine, nadia, community, told):
    version = make.a_rules_version(community)
    operating_rules.acknowledge(make.a_member(community))
    make.a_member(community, status=Membership.Status.PAUSED)
    client = signed_in(sandrine)
    reminding = form_on(client.get(told), action=reverse("communities:remind_rules", args=[community.pk]))

    for _press in range(2):
        reminding.press(client)

    (mail,) = Message.objects.filter(kind=rules_emails.RULES.slug)
    assert mail.recipient == nadia
    assert reverse("communities:rules_link", args=[f"{nadia.memberships.get().pk}~"]).removesuffix("/") in mail.text
    assert version.texts[0]["text"] in mail.text
    assert rules_emails.rules_cancel_reason(mail) is None
    operating_rules.acknowledge(nadia.memberships.get())
    assert rules_emails.rules_cancel_reason(mail)


def test_the_link_of_the_mail_opens_a_page_and_only_a_press_counts(client, nadia, community):
    version = make.a_rules_version(community)
    address = rules_links.rules_address(nadia.memberships.get())

    page = client.get(address)
    assert version.texts[0]["text"] in page.content.decode()
    assert not RulesAcknowledgement.objects.exists()

    for _press in range(2):
        submit(client, page)
    assert RulesAcknowledgement.objects.count() == 1


def test_a_link_altered_or_of_someone_who_left_opens_nothing(client, nadia, community):
    make.a_rules_version(community)
    membership = nadia.memberships.get()
    address = rules_links.rules_address(membership)

    assert client.post(address.replace("~", "~x")).status_code == 404
    assert client.post(address, {"version": "²"}).status_code == 302  # a number that is none is the one in force
    RulesAcknowledgement.objects.all().delete()
    with time_machine.travel(timezone.now() + rules_links.LIFETIME + dt.timedelta(minutes=1)):
        assert client.post(address).status_code == 404
    membership.become(Membership.Status.ALUMNI)
    assert client.post(address).status_code == 404
    assert not RulesAcknowledgement.objects.exists()


def test_the_page_asks_the_same_whatever_the_number_of_rows(
    signed_in, sandrine, community, told, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def fill(n):
        for _ in range(n):
            objective = make.an_objective(community)
            objective.revise({"wording": "Autrement"}, by=sandrine)
            make.a_rules_version(community)
            make.a_member(community, organisation="Maison")
            community.excluded_expectations.create(wording="Tout")
            make.a_proposed_objective(community, sandrine, replaces=objective)

    client = signed_in(sandrine)
    fill(3)
    client.get(told)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(told)
    fill(27)
    with django_assert_num_queries(len(few)):
        client.get(told)


def test_two_savings_at_once_are_both_shown(community, sandrine):
    shown = editing.seen_rows([], objectives.EXCLUDED_EXPECTATION_FIELDS)
    objectives.set_excluded_expectations(community, [{"wording": "Tout", "reason": ""}], shown=shown)

    with pytest.raises(editing.Conflict):
        objectives.set_excluded_expectations(community, [{"wording": "Rien", "reason": ""}], shown=shown)
