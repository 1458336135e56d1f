"""Every mail that the site can send has the same grammar: one heading, one button at most, four links at most, a text
that leads to the same places, and both schemes. In both languages.
"""

import datetime as dt
import re

import pytest
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from evaluations.models import AnnualReport, FollowUpReading
from meetings.domain.invitations import emails
from meetings.domain.invitations.wording import Opening
from meetings.models import Absence, DatePoll, MailWording
from outbox.models import Category
from tests import factories as make

MOST_LINKS = 4


def links(html):
    page = LexborHTMLParser(html)
    return [node.attributes["href"] for node in page.css("a") if not node.attributes["href"].startswith("mailto:")]


@pytest.fixture
def context(meeting, nadia, sandrine, community):
    """What any of them may speak of: each takes what it names."""
    meeting.host = None
    follow_up = make.a_follow_up(nadia.memberships.get(), sandrine)
    return {
        "follow_up": follow_up,
        "author": sandrine,
        "n": 2,
        "reading": FollowUpReading(follow_up=follow_up, reader=sandrine),
        "meeting": meeting,
        "was": meeting,
        "changed": ["starts_at"],
        "asks_again": True,
        "community": community,
        "membership": nadia.memberships.get(),
        "user": nadia,
        "person": nadia,
        "by": sandrine,
        "partner": sandrine,
        "assignment": sandrine.role_assignments.get(),
        "address": "https://exemple.quebec/r/abc/",
        "sign_in_url": "https://exemple.quebec/compte/",
        "url": "https://exemple.quebec/compte/",
        "code": "483920",
        "notice": {"subject": "Une clé a été ajoutée", "body": "Une clé d’accès a été ajoutée à votre compte."},
        "poll": DatePoll(community=community, title="Le printemps"),
        "dates": ["mardi 1er décembre"],
        "rules": [make.a_rule(community, "On écoute")],
        "words": "Au plaisir!",
        "blocks": [{"heading": "Décisions", "items": ["Écrire un guide"], "paragraph": ""}],
        "report": AnnualReport(community=community, year=2025, to_members="Merci de cette année."),
        "year": "2025",
        "decided": ["Un tour de table"],
        "asks_why": True,
        "has_minutes": True,
        "reasons": Absence.Reason,
        "missing": [{"label": "la synthèse"}],
        "decision": "accepted",
        "request": {"pk": 1, "user": nadia, "answer_by": timezone.localdate(), "asked_on": timezone.localdate()},
        "incident": make.an_incident(),
        "ends_on": timezone.localdate() + dt.timedelta(days=30),
        "objectives": ["Créer des liens"],
        "camera_rule": "",
        "moment": "days",
        "answer": "silent",
        "other_zone": False,
    }


def rendered(mail, context, language, both=False):
    meeting, user = context["meeting"], context["user"]
    unsubscribe = "https://exemple.quebec/desabonnement/abc/" if mail.category != Category.SERVICE else ""
    opening = Opening(MailWording.Kind.INVITATION, meeting, user, None)
    codes = [language, "en" if language != "en" else "fr-ca"] if both else [language]
    said = {"opening": opening, "languages": codes, "unsubscribe_url": unsubscribe}
    return mail.rendered({**context, **said}, language, user.time_zone)


def faults(parts):
    page, found = LexborHTMLParser(parts["html"]), []
    headings = page.css("h1")
    if len(headings) != 1 or not headings[0].text().strip():
        found.append(f"{len(headings)} h1")
    if len(page.css("a.btn")) > 1:
        found.append(f"{len(page.css('a.btn'))} buttons")
    led = links(parts["html"])
    if len(led) > MOST_LINKS:
        found.append(f"{len(led)} links")
    found += [f"{link} is not in the text" for link in set(led) if link not in parts["text"]]
    found += [] if page.css("meta[name=color-scheme][content='light dark']") else ["no dark scheme"]
    found += [] if len(parts["text"]) > 60 else ["no text"]
    found += [f"{tag} in the text" for tag in re.findall(r"</?(?:p|a|h1|div)\b", parts["text"])]
    return found


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("language", ["fr-ca", "en"])
def test_every_mail_has_one_heading_one_button_four_links_and_a_text_as_good(every_type, context, language, both):
    assert len(every_type) >= 30
    wrong = {slug: faults(rendered(mail, context, language, both)) for slug, mail in every_type.items()}

    assert {slug: found for slug, found in wrong.items() if found} == {}


@pytest.mark.parametrize("moment", ["days", "hours"])
@pytest.mark.parametrize("answer", ["yes", "maybe", "silent"])
@pytest.mark.parametrize("registration", ["none", "optional", "required"])
def test_whatever_the_reminder_says(context, moment, answer, registration):
    context["meeting"].registration = registration

    assert faults(rendered(emails.REMINDER, context | {"moment": moment, "answer": answer}, "fr-ca")) == []


def test_a_mail_without_these_would_be_seen(context):
    """Two headings, five links of which one is not in the text, and no dark scheme."""
    good = rendered(emails.INVITATION, context, "fr-ca")
    assert faults(good) == []
    extra = "".join(f'<a class="btn" href="https://exemple.quebec/{n}/">x</a>' for n in "abc")
    bad = good["html"].replace("<h1", "<h1>Deux</h1><h1", 1).replace("light dark", "light").replace("</body>", extra)

    assert {fault.split()[-1] for fault in faults({**good, "html": bad})} >= {
        "h1",
        "buttons",
        "links",
        "text",
        "scheme",
    }
