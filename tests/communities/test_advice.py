"""Warnings block nothing: each can be set aside with a reason, which is kept."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities import advice
from tests import factories as make

NO_ROOM = advice.Advice("in_person", "Aucune rencontre en personne prévue cette année.", "year:2026")


def test_a_warning_set_aside_stands_no_more_for_that_subject_only(community, sandrine):
    next_year = advice.Advice("in_person", "…", "year:2027")

    advice.set_aside(community, NO_ROOM, "Le groupe est dispersé", by=sandrine)

    assert advice.standing(community, [NO_ROOM, next_year]) == ([next_year], [NO_ROOM])


def test_it_takes_a_reason(community, sandrine):
    with pytest.raises(ValidationError):
        advice.set_aside(community, NO_ROOM, "  ", by=sandrine)


def test_two_people_setting_it_aside_at_once_keep_the_first_reason(community, sandrine, philippe):
    advice.set_aside(community, NO_ROOM, "Le groupe est dispersé", by=sandrine)
    advice.set_aside(community, NO_ROOM, "Trop cher", by=philippe)

    assert community.set_aside.get().reason == "Le groupe est dispersé"


def test_nothing_to_warn_of_asks_the_database_nothing(community, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert advice.standing(community, []) == ([], [])


def test_the_settings_tell_what_was_set_aside_and_take_it_up_again(community, sandrine, signed_in):
    client = signed_in(sandrine)
    client.post(
        reverse("communities:set_aside", args=[community.pk]),
        {"code": "in_person", "subject": "year:2026", "sentence": NO_ROOM.sentence, "reason": "Le groupe est dispersé"},
    )

    hub = client.get(reverse("communities:settings", args=[community.pk])).content.decode()
    assert "Le groupe est dispersé" in hub
    assert NO_ROOM.sentence in hub
    assert "Sandrine Beaulieu" in hub

    client.post(reverse("communities:restore", args=[community.set_aside.get().pk]))
    assert advice.standing(community, [NO_ROOM]) == ([NO_ROOM], [])


def test_one_is_not_sent_to_another_site(community, sandrine, signed_in):
    address = reverse("communities:set_aside", args=[community.pk])

    response = signed_in(sandrine).post(address, {"code": "x", "reason": "y", "next": "https://example.com/"})

    assert response["Location"] == community.get_absolute_url()


def test_the_hub_asks_as_much_for_three_warnings_as_for_thirty(community, sandrine, signed_in):
    address = reverse("communities:settings", args=[community.pk])
    client, counts = signed_in(sandrine), []
    client.get(address)
    for n in range(30):
        make.a_warning_set_aside(community, f"code{n}", by=make.a_person())
        if n in (2, 29):
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counts.append(len(asked))

    assert counts[0] == counts[1]
