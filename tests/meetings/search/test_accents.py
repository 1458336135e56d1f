"""Titles are found as people type them: without accents, in any case, with the apostrophe of their keyboard."""

import pytest
from django.urls import reverse

from cmtl.searching import LONGEST, loosely
from communities.models import Outcome
from meetings.models import Meeting
from tests import factories as make


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("peres", "Rejoindre les pères isolés"),
        ("PÈRES", "rejoindre les peres"),
        ("l'ecole", "Le lien avec l’école"),
        ("soeur", "Une sœur à nos côtés"),
        ("sœur", "Une Soeur à nos côtés"),
        ("c++", "Apprendre le C++"),
        ("(reporté)", "La relève (reporte)"),
        ("a.b", "a.b"),
    ],
)
def test_a_meeting_is_found_by_a_word_of_its_title(community, typed, title):
    make.a_meeting(community, title=title)
    neighbour = make.a_meeting(community, title="Tout autre chose, axb")

    found = list(Meeting.objects.containing(typed))

    assert [meeting.title for meeting in found] == [title]
    assert neighbour not in found


def test_a_very_long_word_is_cut_and_breaks_nothing(community):
    make.a_meeting(community, title="é" * 100)

    assert Meeting.objects.containing("e" * 5000).count() == 1
    assert len(loosely("." * 5000)) == 2 * LONGEST


def test_topics_and_outcomes_too(community, sandrine, signed_in):
    make.a_topic(community, title="La relève bénévole")
    make.a_topic(community, title="Le budget")
    make.an_outcome(community, title="Une entente de principe signée")

    page = signed_in(sandrine).get(reverse("meetings:topics", args=[community.pk]), {"words": "releve benevole"})

    assert "La relève bénévole" in page.text
    assert "Le budget" not in page.text
    assert Outcome.objects.all().containing("signee", "title").count() == 1
    assert Outcome.objects.all().containing("signataire", "title").count() == 0
