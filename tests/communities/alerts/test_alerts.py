"""Warnings block nothing: each can be set aside with a reason, which is kept."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cmtl import parts
from communities.domain import alerts
from tests import factories as make
from tests.forms import forms_on, submit

NO_ROOM = alerts.Alert("in_person", "Aucune rencontre en personne prévue cette année.", "year:2026")


def test_a_warning_set_aside_stands_no_more_for_that_subject_only(community, sandrine):
    next_year = alerts.Alert("in_person", "…", "year:2027")

    alerts.dismiss(community, NO_ROOM, "Le groupe est dispersé", by=sandrine)

    assert alerts.standing(community, [NO_ROOM, next_year]) == ([next_year], [NO_ROOM])


def test_it_takes_a_reason(community, sandrine):
    with pytest.raises(ValidationError):
        alerts.dismiss(community, NO_ROOM, "  ", by=sandrine)


def test_two_people_setting_it_aside_at_once_keep_the_first_reason(community, sandrine, philippe):
    alerts.dismiss(community, NO_ROOM, "Le groupe est dispersé", by=sandrine)
    alerts.dismiss(community, NO_ROOM, "Trop cher", by=philippe)

    assert community.dismissed_alerts.get().reason == "Le groupe est dispersé"


def test_nothing_to_warn_of_asks_the_database_nothing(community, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert alerts.standing(community, []) == ([], [])


def ignoring(client, community, code):
    """The form of one warning, among those of the page of policies."""
    page = client.get(reverse("communities:policies", args=[community.pk]))
    return next((form for form in forms_on(page) if [c.value for c in form.named("code")] == [code]), None)


def test_the_settings_tell_what_was_set_aside_and_take_it_up_again(community, sandrine, signed_in):
    """One meeting this year, online: too few, and none in person. One of the two warnings is set aside."""
    parts.write(community, {"started_on": dt.date(2020, 1, 1), "mode_policy": "once_in_person"})
    make.a_meeting(community, timezone.now())
    client = signed_in(sandrine)

    ignoring(client, community, "in_person").fill({"reason": "Le groupe est dispersé"}).press(client)

    aside = community.dismissed_alerts.get()
    assert ignoring(client, community, "in_person") is None
    assert ignoring(client, community, "rhythm")
    settings = client.get(reverse("communities:settings", args=[community.pk]))
    hub = settings.content.decode()
    assert "Le groupe est dispersé" in hub
    assert aside.sentence in hub
    assert "Sandrine Beaulieu" in hub

    submit(client, settings, action=reverse("communities:restore_alert", args=[aside.pk]))
    assert not community.dismissed_alerts.exists()
    assert ignoring(client, community, "in_person")


def test_one_is_not_sent_to_another_site(community, sandrine, signed_in):
    address = reverse("communities:dismiss_alert", args=[community.pk])

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
