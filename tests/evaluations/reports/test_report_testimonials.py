"""Testimonials quoted by annual reports: chosen while writing, and gone from page and PDF once they are withdrawn."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.domain import erasing
from communities.domain.privacy import destructions, follow_on
from communities.domain.testimonials import choosing, links, testimonials
from communities.models import Testimonial
from evaluations.domain.reports import publishing, quoting
from evaluations.models import AnnualReport, CommunityArchive
from outbox.models import Message
from tests import factories as make
from tests.evaluations.reports.test_pdf import failures, flat, flat_text_of
from tests.forms import submit

CANARY = "Depuis, mes canaris chantent juste."
KEPT = "Nos perruches s’entraident."
YEAR = timezone.localdate().year - 1
NEUTRAL = "Un témoignage a été retiré ou modifié"


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def report(community, nadia, sandrine, folder):
    """Published with two testimonials, its PDF drawn."""
    said = make.a_testimonial(nadia.memberships.get(), CANARY, uses=["accountability"])
    other = make.a_testimonial(make.a_member(community), KEPT, uses=["accountability"])
    return published(community, sandrine, said, other)


def published(community, by, *quoted, version=1):
    words = dict.fromkeys(("highlights", "context", "outcomes", "next_year"), "")
    words |= {"correction": "Une coquille."} if version > 1 else {}
    numbers = [one.pk for one in quoted]
    assert not choosing.read_while_writing({one: testimonials.seen(one) for one in quoted})
    edit = publishing.draft(community, YEAR).edit_version
    assert publishing.write_report(community, YEAR, version, edit, words | {"quoted": numbers}, {})
    made = publishing.publish(community, YEAR, by=by)
    assert publishing.build(made.pk)
    made.refresh_from_db()
    return made


def given_by(person):
    return person.memberships.get().testimonials.get()


def page_of(client, report, version="") -> str:
    address = reverse("evaluations:report", args=[report.community_id, report.year])
    return flat(client.get(f"{address}{version and f'?version={version}'}").content.decode())


def printed(report) -> str:
    with report.pdf.open("rb") as file:
        return flat_text_of(file.read())


def versions(community) -> list[AnnualReport]:
    return list(AnnualReport.objects.filter(community=community, year=YEAR).order_by("version"))


def test_whoever_writes_is_offered_those_allowed_for_accountability_and_no_other(signed_in, community, nadia, sandrine):
    allowed = make.a_testimonial(nadia.memberships.get(), CANARY, uses=["accountability"])
    today = timezone.localdate()
    make.a_testimonial(make.a_member(community), "Autre usage.", uses=["recruitment"], shown=["recruitment"])
    make.a_testimonial(
        make.a_member(community), "Fini hier.", uses=["accountability"], ends_on=today - dt.timedelta(days=1)
    )
    make.a_testimonial(make.a_member(make.a_community("Voisine")), "Ailleurs.", uses=["accountability"])
    gone = make.a_testimonial(make.a_member(community), "Retiré.", uses=["accountability"])
    testimonials.withdraw_testimonial(gone)
    write = reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=outcomes"
    home = signed_in(sandrine)

    page = home.get(write)
    assert CANARY in page.content.decode()
    for text in ("Autre usage.", "Fini hier.", "Ailleurs.", "Retiré."):
        assert text not in page.content.decode()
    submit(home, page, {"testimonial": [str(allowed.pk)]})

    assert publishing.draft(community, YEAR).quoted == [allowed.pk]
    assert CANARY in page_of(home, publishing.draft(community, YEAR))
    submit(home, write, {"testimonial": []})
    assert CANARY not in page_of(home, publishing.draft(community, YEAR))


def test_the_pdf_quotes_them_and_is_accessible(report):
    told = printed(report)

    assert CANARY in told
    assert KEPT in told
    assert "Nadia Amrani" in told
    with report.pdf.open("rb") as file:
        assert failures(file.read()) == []


def test_withdrawn_it_is_gone_from_every_version_and_the_report_is_reissued(
    client, signed_in, community, nadia, sandrine, report, folder, django_capture_on_commit_callbacks
):
    """Two versions were published, somebody writes a third, an archive was made; the neighbour quotes its own."""
    neighbour = make.a_community("Voisine", programme=community.programme)
    theirs = make.a_testimonial(make.a_member(neighbour), "Chez nous aussi.", uses=["accountability"])
    untouched = published(neighbour, sandrine, theirs)
    second = published(community, sandrine, *quoting.offered(community), version=2)
    third = {**dict.fromkeys(publishing.WORDS, ""), "correction": "En cours.", "quoted": second.quoted}
    assert publishing.write_report(community, YEAR, 3, 0, third, {})
    old_files = [report.pdf.name, second.pdf.name]
    archive = make.an_archive(community)
    archive.file.save("archive.zip", ContentFile(b"PK"))
    CommunityArchive.objects.filter(pk=archive.pk).update(built_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        submit(client, links.keeping_path(given_by(nadia)), button="what=withdraw")

    home = signed_in(sandrine)
    assert [bool(one.published_at) for one in versions(community)] == [True, True, True, False]
    for version in ("", "1", "2", "3"):
        page = page_of(home, report, version)
        assert CANARY not in page
        assert "Nadia Amrani" not in page
        assert KEPT in page
    reissued, waiting = versions(community)[2:]
    assert NEUTRAL in page_of(home, report)
    assert "Nadia" not in reissued.correction
    assert waiting.correction == "En cours."
    assert CANARY not in page_of(home, report, "4"), "nor in the correction being written"
    assert not any(default_storage.exists(name) for name in old_files)
    assert not default_storage.exists(archive.file.name)
    assert publishing.reports_to_print().count() == 3
    for one in publishing.reports_to_print():
        publishing.build(one.pk)
    for one in versions(community)[:3]:
        assert CANARY not in printed(one)
        assert KEPT in printed(one)
    assert NEUTRAL in printed(versions(community)[2])
    assert "Chez nous aussi." in printed(untouched)
    assert len(versions(neighbour)) == 1
    figures = {name: value for name, value in reissued.figures.items() if name != "testimonials"}
    assert figures == {name: value for name, value in second.figures.items() if name != "testimonials"}


def test_at_its_end_the_page_shows_it_no_more_and_the_next_pass_reissues(signed_in, community, nadia, sandrine, report):
    given = given_by(nadia)
    given.ends_on = timezone.localdate()
    given.save()
    home, pdf = signed_in(sandrine), reverse("evaluations:report_pdf", args=[community.pk, YEAR])
    assert CANARY in page_of(home, report)
    assert home.get(pdf).status_code == 200

    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        home = signed_in(sandrine)
        assert CANARY not in page_of(home, report)
        assert home.get(pdf).status_code == 302, "the file that holds it is not given"
        assert quoting.reissue_all() == 1
        assert quoting.reissue_all() == 0
        assert NEUTRAL in page_of(home, report)
        publishing.build(versions(community)[-1].pk)
        assert CANARY not in printed(versions(community)[-1])


def test_the_use_taken_back_counts_as_withdrawn_here_and_another_use_does_not(client, community, nadia, report):
    change = reverse("communities:change_testimonial", args=[links.keeping_token(given_by(nadia))])
    submit(client, change, {"uses": ["accountability", "recruitment"]})
    assert len(versions(community)) == 1

    submit(client, change, {"uses": ["recruitment"]})

    assert [quote["text"] for quote in versions(community)[-1].figures["testimonials"]] == [KEPT]


def test_an_agreed_edit_and_another_signature_are_followed_and_new_words_are_not(
    client, community, nadia, sandrine, report
):
    given = given_by(nadia)
    choosing.propose_edit(given, "Mes canaris chantent.", by=sandrine, shown=testimonials.seen(given))
    assert len(versions(community)) == 1, "nothing edited is used before it is agreed to"

    submit(client, links.keeping_path(given), button="what=agree")
    assert versions(community)[-1].figures["testimonials"][0]["text"] == "Mes canaris chantent."
    change = reverse("communities:change_testimonial", args=[links.keeping_token(given)])
    submit(client, change, {"named": "nobody"})
    assert "Nadia" not in str(versions(community)[-1].figures["testimonials"])
    submit(client, change, {"text": "Tout autre chose, que personne n’a relu."})
    assert [quote["text"] for quote in versions(community)[-1].figures["testimonials"]] == [KEPT]


def test_another_organisation_since_changes_nothing_of_what_was_signed(community, nadia, report):
    membership = nadia.memberships.get()
    membership.organisation = make.a_member(community, organisation="Maison de la famille").organisation
    membership.save()

    assert quoting.reissue_all() == 0
    assert "Table de quartier Ahuntsic" in report.figures["testimonials"][0]["signature"]


def test_whoever_is_erased_takes_their_words_along(signed_in, community, nadia, sandrine, report):
    erasing.erase(nadia)

    home = signed_in(sandrine)
    for version in ("1", "2"):
        assert CANARY not in page_of(home, report, version)
        assert KEPT in page_of(home, report, version)
    assert CANARY not in str([one.figures for one in versions(community)])


def test_a_report_without_testimonials_is_never_reissued(community, nadia, sandrine, folder):
    given = make.a_testimonial(nadia.memberships.get(), CANARY, uses=["accountability"])
    published(community, sandrine)

    testimonials.withdraw_testimonial(given)

    assert len(versions(community)) == 1


# ------------------------------------------------------------ somebody whom others named


NAMING = "Xavier Lafleur m’a appris à siffler."


@pytest.fixture
def xavier(community):
    return make.a_member(community, make.a_person("Xavier", "Lafleur")).user


@pytest.fixture
def naming_xavier(community, nadia, xavier, sandrine, folder):
    """Nadia names Xavier in a testimonial that recruits and that a report quotes; another names nobody."""
    said = make.a_testimonial(
        nadia.memberships.get(), NAMING, uses=["accountability", "recruitment"], shown=["recruitment"]
    )
    other = make.a_testimonial(make.a_member(community), KEPT, uses=["accountability"])
    published(community, sandrine, said, other)
    return said


def test_whoever_is_erased_is_named_by_no_testimonial_of_others_ever_after(
    signed_in, community, sandrine, xavier, naming_xavier
):
    erasing.erase(xavier)

    assert quoting.reissue_all() == 0, "the words drawn again are those of the report"
    naming_xavier.refresh_from_db()
    assert naming_xavier.text == "Personne effacée m’a appris à siffler."
    home = signed_in(sandrine)
    for version in ("1", "2"):
        page = page_of(home, versions(community)[0], version)
        assert "Lafleur" not in page
        assert "m’a appris à siffler." in page
        assert KEPT in page
    assert "Lafleur" not in str([one.figures for one in versions(community)])


# ------------------------------------------------------------ words that nobody read


OTHERWISE = "Tout autre chose, que personne n’a relu."


def writes_otherwise(client, testimonial) -> None:
    change = reverse("communities:change_testimonial", args=[links.keeping_token(testimonial)])
    assert submit(client, change, {"text": OTHERWISE}).status_code == 302


def test_written_otherwise_while_the_form_is_open_it_is_not_ticked_unread(
    client, signed_in, community, nadia, sandrine
):
    said = make.a_testimonial(nadia.memberships.get(), CANARY, uses=["accountability"])
    home = signed_in(sandrine)
    page = home.get(reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=outcomes")
    writes_otherwise(client, said)

    again = submit(home, page, {"testimonial": [str(said.pk)]})

    assert again.status_code == 409
    assert OTHERWISE in again.content.decode()
    assert publishing.draft(community, YEAR).quoted == []
    assert submit(home, again, {"testimonial": [str(said.pk)]}).status_code == 302
    assert OTHERWISE in page_of(home, publishing.draft(community, YEAR)), "read now, and ticked"


def test_a_draft_that_ticked_the_former_words_is_published_without_the_new_ones_and_says_so(
    client, signed_in, community, nadia, sandrine, folder
):
    said = make.a_testimonial(nadia.memberships.get(), CANARY, uses=["accountability"])
    other = make.a_testimonial(make.a_member(community), KEPT, uses=["accountability"])
    home, write = (
        signed_in(sandrine),
        reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=outcomes",
    )
    submit(home, write, {"testimonial": [str(said.pk), str(other.pk)]})
    writes_otherwise(client, said)

    publish = reverse("evaluations:publish_report", args=[community.pk, YEAR])
    address = reverse("evaluations:before_publishing", args=[community.pk, YEAR])
    page = flat(submit(home, address, action=publish, follow=True).content.decode())

    assert "1 témoignage est laissé de côté" in page
    assert OTHERWISE not in page
    assert KEPT in page
    assert publishing.draft(community, YEAR).quoted == [other.pk], "the next correction does not bring it back"


def test_what_a_reissue_dropped_is_not_in_the_next_correction(client, community, nadia, sandrine, report):
    said = given_by(nadia)
    writes_otherwise(client, said)
    reissued = versions(community)[-1]
    assert [quote["text"] for quote in reissued.figures["testimonials"]] == [KEPT]

    assert said.pk not in reissued.quoted
    assert said.pk not in publishing.draft(community, YEAR).quoted


def test_unsigned_it_is_said_in_each_language_and_reissues_nothing(signed_in, community, sandrine, folder):
    said = make.a_testimonial(make.a_member(community), CANARY, uses=["accountability"], named="nobody")
    report = published(community, sandrine, said)

    for language in ("en", "fr-ca"):
        with override(language):
            assert quoting.reissue_all() == 0
    assert "Un ou une membre de la communauté" in page_of(signed_in(sandrine), report)
    sandrine.language = "en"
    sandrine.save()
    assert "A member of the community" in page_of(signed_in(sandrine), report)


# ------------------------------------------------------------ a sentence that somebody decides of


def test_other_words_are_proposed_to_the_author_and_it_is_shown_nowhere_meanwhile(
    client, signed_in, community, nadia, philippe, xavier, naming_xavier
):
    asked = destructions.ask_destruction(xavier)
    [passage] = [p for p in follow_on.passages(asked, philippe) if p.row == naming_xavier]

    follow_on.decide_sentence(asked, passage.mark, by=philippe, becomes="Un voisin m’a appris à siffler.")

    naming_xavier.refresh_from_db()
    assert (naming_xavier.text, naming_xavier.edited_text) == (NAMING, "Un voisin m’a appris à siffler.")
    assert Message.objects.get(kind="testimonial-edited").recipient == nadia
    assert not Testimonial.objects.in_force("recruitment").exists()
    told = [quote["text"] for quote in versions(community)[-1].figures["testimonials"]]
    assert told == [KEPT]
    with pytest.raises(ValidationError):
        choosing.show_for(naming_xavier, "recruitment", by=philippe, shown=testimonials.seen(naming_xavier))
    submit(client, links.keeping_path(naming_xavier), button="what=agree")
    assert [one.text for one in choosing.quotes_for("recruitment", community)] == ["Un voisin m’a appris à siffler."]


def test_declined_it_stays_aside_until_its_author_writes_it_otherwise(
    client, community, philippe, xavier, naming_xavier
):
    asked = destructions.ask_destruction(xavier)
    [passage] = [p for p in follow_on.passages(asked, philippe) if p.row == naming_xavier]
    follow_on.decide_sentence(asked, passage.mark, by=philippe, becomes="Un voisin m’a appris à siffler.")

    submit(client, links.keeping_path(naming_xavier), button="what=decline")

    assert not Testimonial.objects.in_force("recruitment").exists()
    writes_otherwise(client, naming_xavier)
    assert Testimonial.objects.in_force("recruitment").get() == naming_xavier
    assert choosing.quotes_for("recruitment", community) == [], "and is read before it is shown"
