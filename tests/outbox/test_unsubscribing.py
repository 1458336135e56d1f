"""A link opens a page, a press acts; the link holds for ever and says only what it must."""

import pytest
from django.test import Client
from django.urls import reverse

from outbox.domain import post
from outbox.models import Category, Unsubscription
from tests.forms import form_on, submit


@pytest.fixture
def link(nadia, community):
    token = post.unsubscribe_token(nadia, community.sender_list, Category.REMINDERS)
    return reverse("outbox:unsubscribe", args=[token])


def stopped():
    return sorted(Unsubscription.objects.values_list("sender_list", "category"))


def test_scanners_that_follow_links_change_nothing_and_presses_count_once(client, link, community):
    for _ in range(10):
        assert client.get(link).status_code == 200
    assert stopped() == []

    stopping = form_on(client.get(link), button="stop=1")
    for _ in range(3):
        assert stopping.press(client).status_code == 200

    assert stopped() == [(community.sender_list, "reminders")]


def test_a_mail_program_presses_once_without_cookies_or_redirect(link):
    program = Client(enforce_csrf_checks=True)

    response = program.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200
    assert len(stopped()) == 1


def test_one_can_change_ones_mind(client, link):
    done = submit(client, link, button="stop=1")
    assert stopped() != []

    submit(client, done, button="resume=1")
    assert stopped() == []


def test_choosing_what_one_receives(client, link, community):
    submit(client, link, {"wanted": ["invitations", "surveys"]}, button="choose=1")

    assert stopped() == [(community.sender_list, "follow-ups"), (community.sender_list, "reminders")]


def test_a_forged_or_cut_link_is_not_found(client, link):
    assert client.get(link[:-3] + "/").status_code == 404
    assert client.post(reverse("outbox:unsubscribe", args=["x" * 40])).status_code == 404


def test_the_page_speaks_the_persons_language_and_names_no_one(client, nadia, link):
    type(nadia).objects.update(language="en")

    page = client.get(link).content.decode()

    assert "Reminders before a meeting" in page
    assert nadia.last_name not in page
    assert nadia.email not in page


def test_preferences_hold_for_all_communities(signed_in, nadia, community):
    Unsubscription.objects.create(user=nadia, sender_list=community.sender_list, category="surveys")
    client = signed_in(nadia)

    wanted = ["surveys", "invitations", "follow-ups"]
    submit(client, reverse("outbox:preferences"), {"wanted": wanted}, button="choose=1")
    assert ("", "reminders") in stopped()

    one = Unsubscription.objects.filter(category="surveys").first()
    if one:
        submit(client, reverse("outbox:preferences"), button=f"resume={one.pk}")
    assert stopped() == [("", "reminders")]


def test_nobody_resubscribes_another(signed_in, sam, nadia, community):
    one = Unsubscription.objects.create(user=nadia, sender_list=community.sender_list, category="surveys")

    signed_in(sam).post(reverse("outbox:preferences"), {"resume": one.pk})

    assert Unsubscription.objects.filter(pk=one.pk).exists()
