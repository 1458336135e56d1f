"""« Ce que vous avez dit, ce qui change »: the page of a year for members, its sheet, and the mail that leads to it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.domain.testimonials import testimonials
from evaluations.domain.reports import members_links, members_mail, publishing
from evaluations.domain.reports.members_edition import LONGEST_QUOTE, MembersEdition
from evaluations.models import AnnualReport, CommentBatch
from meetings.domain.links import visitors
from meetings.models import Improvement
from outbox.models import Category, Message, Unsubscription
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.evaluations.reports.test_pdf import failures, flat, flat_text_of
from tests.evaluations.reports.test_report import words
from tests.forms import submit
from tests.pdfs import words_of

YEAR = timezone.localdate().year - 1
COMMENT = "Trop de diapositives!"
QUOTE = "Nos perruches s’entraident."
DECIDED = "Commencer par un tour de table"


def at(name, community, year=YEAR):
    return reverse(f"evaluations:{name}", args=[community.pk, year])


def page_of(client, address) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return flat(answer.content.decode())


@pytest.fixture
def year(community, nadia):
    """Two meetings answered by seven, of whom four find that theirs was worth it; a comment; what was changed."""
    seven = members(community, 7)
    for month in (3, 9):
        survey(held(community, month, present=seven, year=YEAR), [1, 2, 2, 3, 4, 5, 5])
    CommentBatch.objects.create(community=community, texts=[COMMENT] * 5)
    day = dt.date(YEAR, 6, 1)
    community.improvements.create(
        wording="Finir à l’heure", state=Improvement.State.DONE, done_on=day, answer="C’est fait depuis juin."
    )
    community.improvements.create(
        wording="Une salle plus claire", state=Improvement.State.ACCEPTED, answer="Nous cherchons."
    )
    community.improvements.create(wording="À voir plus tard", state=Improvement.State.ACCEPTED)
    return community


def write(community, version=1, **said):
    edit = publishing.draft(community, YEAR).edit_version
    assert publishing.write_report(community, YEAR, version, edit, words(**said), {})


def mails(**which):
    return Message.objects.filter(kind="members-edition", **which)


def publish_as(client, community, **ticks):
    return submit(client, at("before_publishing", community), ticks, action=at("publish_report", community))


# ------------------------------------------------------------ the page


def test_whoever_writes_sees_it_beforehand_and_adds_their_words(year, sandrine, signed_in):
    write(year, next_year=DECIDED)
    client, address = signed_in(sandrine), at("members_edition", year)

    submit(client, at("words_to_members", year), {"to_members": "Merci de votre patience."})

    page = page_of(client, address)
    assert "Aperçu" in page
    assert "Merci de votre patience." in page
    assert DECIDED in page
    assert publishing.draft(year, YEAR).edit_version == 1, "whoever writes the report meanwhile is in no conflict"


def test_it_tells_what_was_released_and_no_comment(year, sandrine, signed_in):
    page = page_of(signed_in(sandrine), at("members_edition", year))

    assert "Les rencontres valaient le temps que vous y avez consacré" in page
    assert "n&nbsp;=&nbsp;14" in page
    assert COMMENT not in page
    assert "Finir à l’heure" in page
    assert "C’est fait depuis juin." in page
    assert "Une salle plus claire" in page
    assert "À voir plus tard" not in page, "nothing was answered to members yet"


def test_its_share_is_that_of_the_report(year, sandrine):
    publishing.publish(year, YEAR, by=sandrine)
    edition = MembersEdition(publishing.published(year, YEAR))

    told = edition.told.figures.satisfaction
    assert (edition.said[0].pair.now.low, edition.said[0].pair.now.high) == (told.worth / told.n, told.most / told.n)


def test_nothing_is_told_of_four_answers(community, sandrine, signed_in):
    survey(held(community, 3, present=members(community, 4), year=YEAR), [5, 5, 5, 5])

    assert "Rien n’est montré à moins de 5 réponses" in page_of(signed_in(sandrine), at("members_edition", community))


def test_a_member_reads_it_once_published_and_writes_nothing(year, sandrine, nadia, sam, signed_in):
    assert signed_in(nadia).get(at("members_edition", year)).status_code == 404
    publishing.publish(year, YEAR, by=sandrine)

    page = page_of(signed_in(nadia), at("members_edition", year))

    assert "Finir à l’heure" in page
    assert "Aperçu" not in page
    assert signed_in(nadia).get(at("words_to_members", year)).status_code == 403
    assert signed_in(sam).get(at("members_edition", year)).status_code == 404


def test_its_figures_are_those_of_the_published_version_until_a_correction(year, sandrine, nadia, signed_in):
    publishing.publish(year, YEAR, by=sandrine)
    year.meetings.update(guests=4)
    client, address = signed_in(nadia), at("members_edition", year)
    assert "11,0" not in page_of(client, address)

    write(year, 2, correction="Quatre personnes invitées.")
    publishing.publish(year, YEAR, by=sandrine)

    assert "11,0" in page_of(client, address)
    assert "Quatre personnes invitées." in page_of(client, address)


def test_words_written_at_the_same_time_are_both_shown(year, sandrine, philippe, signed_in):
    address = at("words_to_members", year)
    first, late = signed_in(sandrine).get(address), signed_in(philippe).get(address)
    submit(signed_in(sandrine), first, {"to_members": "Les miens"}, action=address)

    answer = submit(signed_in(philippe), late, {"to_members": "Les siens"}, action=address)

    assert answer.status_code == 409
    assert "Les miens" in answer.content.decode()
    assert "Les siens" in answer.content.decode()
    assert publishing.draft(year, YEAR).to_members == "Les miens"


def test_words_sent_once_the_report_is_published_change_nothing(year, sandrine, signed_in):
    address = at("words_to_members", year)
    client = signed_in(sandrine)
    shown = client.get(address)
    publishing.publish(year, YEAR, by=sandrine)

    assert submit(client, shown, {"to_members": "Trop tard"}, action=address).status_code == 409
    assert publishing.published(year, YEAR).to_members == ""


# ------------------------------------------------------------ one testimonial


def quoted_in(community, *said):
    write(community, quoted=[one.pk for one in said])
    type(said[0]).objects.update(read_on=timezone.localdate())


def test_a_testimonial_that_is_withdrawn_leaves_the_page_and_the_sheet(year, nadia, sandrine, client):
    said = make.a_testimonial(nadia.memberships.get(), QUOTE, uses=["accountability"])
    quoted_in(year, said)
    publishing.publish(year, YEAR, by=sandrine)
    link = members_links.year_path(nadia.memberships.get(), YEAR)
    assert QUOTE in page_of(client, link)

    testimonials.withdraw_testimonial(said)

    assert QUOTE not in page_of(client, link)
    assert QUOTE not in flat_text_of(client.get(f"{link}feuille.pdf").content)


def test_the_shortest_is_quoted_whole_and_a_long_one_is_left_to_the_report(year, nadia, sandrine):
    long = make.a_testimonial(nadia.memberships.get(), "Bien. " * 90, uses=["accountability"])
    quoted_in(year, long)
    assert len(long.text) > LONGEST_QUOTE
    assert MembersEdition(publishing.draft(year, YEAR)).quote is None
    short = make.a_testimonial(make.a_member(year), QUOTE, uses=["accountability"])
    quoted_in(year, long, short)

    assert MembersEdition(publishing.draft(year, YEAR)).quote.text == QUOTE


# ------------------------------------------------------------ the personal link


def test_a_member_opens_it_from_their_own_space(year, sandrine, nadia, client):
    space = reverse("meetings:space", args=[visitors.visitor_token(nadia)])
    assert "notre-annee" not in page_of(client, space)
    publishing.publish(year, YEAR, by=sandrine)

    link = members_links.year_path(nadia.memberships.get(), YEAR)

    assert link in page_of(client, space)
    answer = client.get(link)
    assert answer["Cache-Control"] == "no-store"
    assert "Finir à l’heure" in flat(answer.content.decode())


def test_the_link_opens_no_other_year_and_nothing_to_whoever_left(year, sandrine, nadia, client):
    publishing.publish(year, YEAR, by=sandrine)
    hers = nadia.memberships.get()
    link = members_links.year_path(hers, YEAR)
    assert client.get(members_links.year_path(hers, YEAR - 1)).status_code == 404
    assert client.get(link.replace("~", "~x")).status_code == 404
    type(hers).objects.filter(pk=hers.pk).update(status="alumni", left_on=timezone.localdate())

    assert client.get(link).status_code == 404


def test_the_link_ends(year, sandrine, nadia, client, time_machine):
    publishing.publish(year, YEAR, by=sandrine)
    link = members_links.year_path(nadia.memberships.get(), YEAR)
    time_machine.move_to(timezone.now() + members_links.LIFETIME + dt.timedelta(minutes=1))

    assert client.get(link).status_code == 404


@pytest.mark.parametrize("language", ["fr-ca", "en"])
def test_the_sheet_is_one_tagged_page(language, year, sandrine, nadia, client):
    said = make.a_testimonial(nadia.memberships.get(), QUOTE * 10, uses=["accountability"])
    for n in range(5):
        make.an_objective(year, f"Objectif {n} : créer des liens entre organismes d’arrondissements voisins")
        community_done = {"state": Improvement.State.DONE, "done_on": dt.date(YEAR, 6, n + 1), "answer": "Oui. " * 20}
        year.improvements.create(wording=f"Changement {n} qui prend une ligne entière de la feuille", **community_done)
    quoted_in(year, said)
    AnnualReport.objects.update(to_members="Merci. " * 60, next_year="\n".join([DECIDED] * 4))
    publishing.publish(year, YEAR, by=sandrine)
    nadia.language = language
    nadia.save()

    drawn = client.get(members_links.year_path(nadia.memberships.get(), YEAR) + "feuille.pdf").content

    assert len(words_of(drawn)) == 1
    assert failures(drawn) == []
    assert QUOTE in flat_text_of(drawn)


# ------------------------------------------------------------ the mail


def test_publishing_writes_once_to_each_active_member_who_takes_such_mails(year, sandrine, nadia, signed_in):
    write(year, next_year=DECIDED)
    silent = make.a_member(year, make.a_person("Sans", "Adresse", email=""))
    stopped, gone = make.a_member(year), make.a_member(year, status="alumni", left_on=timezone.localdate())
    Unsubscription.objects.create(user=stopped.user, sender_list=year.sender_list, category=Category.FOLLOW_UPS)
    told = set(year.memberships.active().values_list("user", flat=True)) - {silent.user_id, stopped.user_id}
    client, page = signed_in(sandrine), signed_in(sandrine).get(at("before_publishing", year))
    assert f"Écrire à {len(told)} membres" in flat(page.content.decode())

    submit(client, page, action=at("publish_report", year))
    submit(client, page, action=at("publish_report", year))

    assert set(mails().values_list("recipient", flat=True)) == told
    assert gone.user_id not in told
    assert mails().count() == len(told)
    mail = mails(recipient=nadia).get()
    assert members_links.year_address(nadia.memberships.get(), YEAR) in mail.text
    assert DECIDED in mail.text
    assert QUOTE not in mail.html


def test_unticked_nobody_is_written_to(year, sandrine, signed_in):
    publish_as(signed_in(sandrine), year, tell_members=False)

    assert publishing.published(year, YEAR)
    assert not mails().exists()


def test_a_correction_is_told_only_by_choice_and_a_testimonial_that_left_never(year, sandrine, nadia, signed_in):
    said = make.a_testimonial(nadia.memberships.get(), QUOTE, uses=["accountability"])
    quoted_in(year, said)
    client = signed_in(sandrine)
    publish_as(client, year)
    first = mails().count()
    testimonials.withdraw_testimonial(said)
    assert publishing.published(year, YEAR).version == 2
    assert mails().count() == first

    write(year, 3, correction="Une coquille.")
    submit(client, at("before_publishing", year), action=at("publish_report", year))
    assert mails().count() == first, "unticked by default"

    write(year, 4, correction="Une présence de plus.")
    submit(client, at("before_publishing", year), {"tell_members": True}, action=at("publish_report", year))
    assert mails().count() == 2 * first
    assert "Une présence de plus." in mails(recipient=nadia).latest("pk").text


def test_it_leaves_no_more_for_whoever_left_meanwhile(year, sandrine, nadia):
    publishing.publish(year, YEAR, by=sandrine, tells_members=True)
    mail = mails(recipient=nadia).get()
    assert members_mail.told_cancel_reason(mail) is None
    nadia.memberships.update(status="alumni", left_on=timezone.localdate())

    assert members_mail.told_cancel_reason(mail)


@pytest.mark.parametrize("language", ["fr-ca", "en"])
def test_it_is_in_the_language_of_each(language, year, sandrine, nadia):
    nadia.language = language
    nadia.save()
    publishing.publish(year, YEAR, by=sandrine, tells_members=True)

    said = mails(recipient=nadia).get()
    assert ("ce qui change" in said.subject) == (language == "fr-ca")
    assert ("what changes" in said.subject) == (language == "en")


def test_a_member_reads_it_on_a_phone(year, sandrine, nadia, open_as):
    write(year, next_year=DECIDED)
    publishing.publish(year, YEAR, by=sandrine)
    page = open_as(None, width=390)
    page.goto(members_links.year_path(nadia.memberships.get(), YEAR))

    assert page.get_by_text(DECIDED).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_role("link", name="La page sur papier").is_visible()
