"""What the page of an annual evaluation tells, counted again from what was sent, by other code: no number of it is
wrong."""

import csv
import io
import random
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from communities.models import Expectation
from evaluations.domain.campaigns import campaigns
from evaluations.domain.campaigns.links import ballot_path
from evaluations.domain.surveys import collection, questionnaires
from evaluations.models import Campaign
from tests import factories as make
from tests.forms import submit

ASIDE = ("sans avis", "sans avis ou sans réponse", "ne s’applique pas")
HOPED = 9  # of the members


def an_answer(chance: random.Random, questions, *, hoped: bool) -> dict:
    """Often agreeing, sometimes silent where one may be."""
    said: dict = {}
    for question in questions:
        if question.is_text or (question.asked_of_some and not hoped):
            continue
        values = [value for value, _label in question.options]
        if question.is_many:
            said[question.code] = chance.sample(values, chance.randint(1, 3))
        elif question.is_required or chance.random() < 0.8:
            said[question.code] = chance.choice([*values, values[-2], values[-2]])
    return said


@pytest.fixture
def answered(community, sandrine, db):
    """By twenty-three of twenty-five, in their pages; with what each sent."""
    for wording in ("Rejoindre les pères isolés", "Partager nos outils"):
        make.an_objective(community, wording)
    members = [make.a_member(community) for _ in range(25)]
    for member in members[:HOPED]:
        Expectation.objects.create(membership=member, expects="Rencontrer des collègues")
    campaign = make.a_campaign(community)
    campaigns.open_to_all(campaign, sandrine)
    campaign = Campaign.objects.select_related("survey", "community").get(pk=campaign.pk)
    chance, questions, sent = random.Random(20261130), questionnaires.asked(campaign.survey), []
    for number, member in enumerate(members[:23]):
        said = an_answer(chance, questions, hoped=number < HOPED)
        assert submit(Client(), ballot_path(campaign, member), said).status_code == 302
        sent.append(said)
    collection.close(campaign.survey)
    return campaign, questions, sent


def counted_again(question, sent) -> tuple[int, Counter]:
    """How many people it was asked of, and how many chose each answer, by its words; « aside » for nothing said."""
    asked = sent[:HOPED] if question.asked_of_some else sent
    labels = {value: label.lower() for value, label in question.options}
    found: Counter = Counter()
    for said in asked:
        given = said.get(question.code)
        for value in given if isinstance(given, list) else [given]:
            label = labels.get(value, "aside")
            found["aside" if label in ASIDE else label] += 1
    return len(asked), found


def test_every_number_of_the_page_is_the_one_counted_again(answered, sandrine, signed_in):
    campaign, questions, sent = answered

    table = signed_in(sandrine).get(reverse("evaluations:export_campaign", args=[campaign.pk])).text
    rows = list(csv.reader(io.StringIO(table.lstrip("\ufeff")), delimiter=";"))[1:]

    by_code = {question.code: question for question in questions}
    told = 0
    for code, _wording, n, label, number, share in rows:
        people, counts = counted_again(by_code[code], sent)
        assert int(n) == people, code
        if not number:
            continue
        low, _to, high = number.partition(" à ")
        names = ["aside" if name.lower() in ASIDE else name.lower() for name in label.split(" / ")]
        count = sum(counts[name] for name in names)
        assert int(low) <= count <= int(high or low), (code, label, number, counts)
        if share:
            assert abs(float(share.replace(",", ".")) - 100 * count / people) < 1, (code, label, share)
        told += 1
    assert told > 40
    assert {row[0] for row in rows} == {question.code for question in questions if not question.is_text}


def test_control_one_answer_more_would_be_seen(answered):
    _campaign, questions, sent = answered
    question = next(one for one in questions if one.code == "M20")

    people, counts = counted_again(question, [*sent, sent[0]])

    assert people == len(sent) + 1
    assert sum(counts.values()) == people
