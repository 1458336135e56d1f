"""Testimonials: given by a link, read, edited with agreement, shown only as allowed, withdrawn at once."""

import base64
import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from cmtl import encrypted
from communities.domain.members import parental
from communities.domain.testimonials import asking, choosing, links, testimonials, wordings
from communities.models import Community, ParentalConsent, Testimonial, TestimonialConsent, TestimonialRequest
from evaluations.domain.campaigns import campaigns
from evaluations.domain.campaigns import links as campaign_links
from meetings.domain.links import visitors
from outbox.domain.mail_types import cancel_reason
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit

CANARY = "Depuis, mes canaris chantent juste."
OTHER = "Un soir par mois, les perruches s’entraident."


@pytest.fixture
def membership(nadia):
    return nadia.memberships.get()


@pytest.fixture
def voisine(programme):
    """Another community of the same programme, with its own member and testimonial."""
    return make.a_community("Voisine", programme=programme)


def text_of(response) -> str:
    return response.content.decode()


def give(client, membership, *uses, text=CANARY, named="full", **fields):
    """Through the page, as its author does."""
    answer = submit(client, links.giving_path(membership), {"text": text, "named": named, "uses": list(uses), **fields})
    assert answer.status_code == 302, text_of(answer)
    return Testimonial.objects.get(membership=membership, emptied_on=None)


def recruiting_page(client, community) -> str:
    call = community.calls.first() or make.a_call(community)
    return text_of(client.get(reverse("communities:apply", args=[call.secret])))


def space_page(client, membership) -> str:
    token = visitors.visitor_token(membership.user)
    return text_of(client.get(reverse("meetings:space_choices", args=[token, membership.pk])))


# ------------------------------------------------------------ giving


def test_the_form_ticks_no_use_and_asks_how_one_is_named(client, membership):
    form = form_on(client.get(links.giving_path(membership)), ["text"])

    assert not [c for c in form.controls if c.type in ("checkbox", "radio") and c.is_ticked]
    bare = submit(client, links.giving_path(membership), {"text": CANARY, "named": "full"})
    assert bare.status_code == 422
    assert "Permettez au moins un usage" in text_of(bare)
    assert not Testimonial.objects.exists()


def test_each_use_is_kept_with_the_sentence_that_was_read(client, membership):
    given = give(client, membership, "recruitment", "accountability", named="initial")

    kept = {c.use: c for c in given.consents.all()}
    assert set(kept) == {"recruitment", "accountability"}
    page = text_of(client.get(links.giving_path(membership), follow=True))
    for consent in kept.values():
        assert consent.language == "fr-ca"
        assert wordings.agreed_to(consent) in page
    assert given.signature == "Nadia A."
    assert given.ends_on == testimonials.in_years(2)


def test_in_english_the_english_sentence_is_the_proof(client, nadia, membership):
    nadia.language = "en"
    nadia.save()
    page = text_of(client.get(links.giving_path(membership)))
    assert "What do you allow?" in page
    assert "annual report" in page

    give(client, membership, "accountability")

    assert "annual report" in wordings.agreed_to(TestimonialConsent.objects.get())


def test_sent_twice_it_is_one(client, membership):
    for _ in range(2):
        said = testimonials.Said(CANARY, "full", frozenset({"recruitment"}), testimonials.in_years(1))
        testimonials.give_testimonial(membership, said)

    assert Testimonial.objects.count() == 1


@pytest.mark.parametrize(
    "day", [timezone.localdate() - dt.timedelta(days=1), testimonials.in_years(5) + dt.timedelta(days=1)]
)
def test_an_end_in_the_past_or_far_away_is_refused_at_its_field(client, membership, day):
    said = {"text": CANARY, "named": "full", "uses": ["recruitment"], "ends_on": str(day)}

    assert submit(client, links.giving_path(membership), said).status_code == 422


def test_under_14_nothing_is_kept_and_nothing_is_shown(client, membership, sandrine):
    said = {"text": CANARY, "named": "full", "uses": ["recruitment"], "under_14": "on"}
    answer = submit(client, links.giving_path(membership), said)
    assert answer.status_code == 422
    assert not Testimonial.objects.exists()

    given = make.a_testimonial(membership, shown=["recruitment"])
    assert Testimonial.objects.shown_for("recruitment").get() == given
    signed = {"parent_name": "Leïla", "signed_on": timezone.localdate(), "received_as": ParentalConsent.Received.PAPER}
    parental.record_parental_consent(membership, signed, by=sandrine)
    assert not Testimonial.objects.in_force("recruitment").exists()
    given.delete()
    assert "Avant 14 ans" in text_of(client.get(links.giving_path(membership)))
    assert not asking.who_can_be_asked(membership.community).exists()


@pytest.mark.parametrize("status", ["eligible", "invited"])
def test_whoever_is_not_a_member_yet_gives_none(client, membership, status):
    membership.status = status
    membership.save()

    assert 'name="text"' not in text_of(client.get(links.giving_path(membership)))


def test_a_closed_or_altered_link_opens_nothing(client, nadia, membership):
    given = make.a_testimonial(membership)
    both = links.giving_path(membership), links.keeping_path(given)
    nadia.links_closed_at = timezone.now()
    nadia.save()

    for path in (*both, both[1].replace("~", "~x")):
        answer = client.get(path)
        assert answer.status_code == 410
        assert given.text not in text_of(answer)


# ------------------------------------------------------------ nothing tells of a ballot


def test_after_the_annual_evaluation_it_keeps_days_alone_and_the_mail_waits_for_the_morning(
    client, community, membership, sandrine, settings
):
    """What it stores, and what is written beside it, is the same whether one comes from the thanks page or not."""
    campaign = make.a_campaign(community)
    campaigns.open_to_all(campaign, sandrine)
    thanks = reverse("evaluations:annual_thanks", args=[campaign_links.token_of(campaign, membership)])
    from_thanks = re.search(r'href="(/temoigner/[^"]+)"', text_of(client.get(thanks))).group(1)
    in_space = re.search(r'href="(/temoigner/[^"]+)"', space_page(client, membership)).group(1)
    assert from_thanks == in_space
    mails, lines = Message.objects.count(), AuditLine.objects.count()

    given = give(client, membership, "recruitment")

    for model in (Testimonial, TestimonialConsent, TestimonialRequest):
        kinds = {field.get_internal_type() for field in model._meta.concrete_fields}
        assert not kinds & {"DateTimeField", "TimeField"}, "an hour would tell who has just answered"
    assert (Message.objects.count(), AuditLine.objects.count()) == (mails, lines)
    assert "/temoigner/" not in text_of(client.get(thanks)), "nor is it asked again"
    today = timezone.localdate()
    assert testimonials.confirm_given(_at(today, 23)) == 0
    assert testimonials.confirm_given(_at(today + dt.timedelta(days=1), 7)) == 0
    assert testimonials.confirm_given(_at(today + dt.timedelta(days=1), 8)) == 1
    assert testimonials.confirm_given(_at(today + dt.timedelta(days=1), 9)) == 0
    mail = Message.objects.get(kind="testimonial-given")
    assert links.keeping_path(given) in mail.text
    assert CANARY not in mail.text + mail.html


def test_its_author_is_told_a_month_before_it_ends_once_for_each_end(client, membership, voisine):
    given = give(client, membership, "recruitment")
    far = make.a_testimonial(make.a_member(voisine, make.a_person("Loin", email="loin@exemple.quebec")))
    Testimonial.objects.update(told_on=given.given_on)
    Testimonial.objects.filter(pk=far.pk).update(ends_on=given.ends_on + dt.timedelta(days=40))
    month_before = given.ends_on - dt.timedelta(days=30)
    assert testimonials.tell_ends(_at(month_before - dt.timedelta(days=1), 9)) == 0
    assert testimonials.tell_ends(_at(month_before, 7)) == 0
    assert testimonials.tell_ends(_at(month_before, 8)) == 1
    assert testimonials.tell_ends(_at(month_before, 9)) == 0
    mail = Message.objects.get(kind="testimonial-ends")
    assert mail.recipient == membership.user
    assert links.keeping_path(given) in mail.text
    assert CANARY not in mail.text + mail.html
    assert cancel_reason(mail) is None

    with time_machine.travel(_at(month_before, 10), tick=False):
        later = {"ends_on": str(testimonials.in_years(1))}
        submit(client, reverse("communities:change_testimonial", args=[links.keeping_token(given)]), later)

    assert cancel_reason(mail), "extended, it is no longer about to end"
    given.refresh_from_db()
    assert testimonials.tell_ends(_at(given.ends_on - dt.timedelta(days=3), 9)) == 1, "and again before its new end"


def test_who_may_extend_it_no_more_is_neither_written_to_nor_told_so(client, membership, community):
    given = give(client, membership, "recruitment")
    Testimonial.objects.update(told_on=given.given_on)
    Community.objects.filter(pk=community.pk).update(status=Community.Status.ARCHIVED)

    assert testimonials.tell_ends(_at(given.ends_on, 9)) == 0
    Testimonial.objects.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    kept = text_of(client.get(links.keeping_path(given)))
    assert "n’est plus présenté" in kept or "nulle part" in kept
    assert "prolonger" not in kept


def _at(day: dt.date, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


# ------------------------------------------------------------ in force, and each of its neighbours


def test_only_what_is_in_force_for_a_use_is_shown_for_it(client, community, voisine, membership):
    """Two communities and two testimonials; then everything that is nearly allowed."""
    shown = make.a_testimonial(membership, CANARY, uses=["recruitment", "communications"], shown=["recruitment"])
    neighbour = make.a_testimonial(make.a_member(voisine), OTHER, uses=["recruitment"], shown=["recruitment"])
    today = timezone.localdate()
    nearly = {
        "other use": make.a_testimonial(make.a_member(community), "Autre usage.", uses=["accountability"]),
        "ended yesterday": make.a_testimonial(
            make.a_member(community), "Fini.", shown=["recruitment"], ends_on=today - dt.timedelta(days=1)
        ),
        "not chosen": make.a_testimonial(make.a_member(community), "Pas choisi."),
        "withdrawn": make.a_testimonial(make.a_member(community), "Retiré.", shown=["recruitment"]),
        "use taken back": make.a_testimonial(make.a_member(community), "Repris.", shown=["recruitment"]),
    }
    testimonials.withdraw_testimonial(nearly["withdrawn"])
    nearly["use taken back"].consents.update(withdrawn_on=today)
    last_day = make.a_testimonial(make.a_member(community), "Jour dernier.", shown=["recruitment"], ends_on=today)

    page = recruiting_page(client, community)

    assert {CANARY in page, last_day.text in page} == {True}
    assert [name for name, one in nearly.items() if (one.text or "Retiré.") in page] == []
    assert OTHER not in page
    assert OTHER in recruiting_page(client, voisine)
    assert set(Testimonial.objects.shown_for("recruitment")) == {shown, neighbour, last_day}
    assert CANARY not in space_page(client, make.a_member(community)), "allowed for communications, and not chosen"


def test_members_read_in_their_space_what_is_allowed_for_communications(client, community, voisine, membership):
    make.a_testimonial(membership, CANARY, uses=["communications"], shown=["communications"])
    make.a_testimonial(make.a_member(voisine), OTHER, uses=["communications"], shown=["communications"])
    reader = make.a_member(community)

    assert CANARY in space_page(client, reader)
    assert OTHER not in space_page(client, reader)
    assert CANARY not in recruiting_page(client, community)


@pytest.mark.parametrize(
    ("named", "signed"),
    [("full", "Nadia Amrani, Table de quartier Ahuntsic"), ("initial", "Nadia A."), ("nobody", "Un ou une membre")],
)
def test_it_is_signed_as_its_author_chose_and_not_otherwise(client, community, membership, named, signed):
    make.a_testimonial(membership, CANARY, named=named, shown=["recruitment"])

    page = recruiting_page(client, community)

    assert signed in page
    assert ("Amrani" in page) == (named == "full")


# ------------------------------------------------------------ reading, editing, choosing


def test_those_who_facilitate_choose_and_take_off_with_undo(signed_in, client, community, membership, sandrine):
    given = make.a_testimonial(membership, CANARY, uses=["recruitment"])
    gallery = reverse("communities:testimonials", args=[community.pk])
    home = signed_in(sandrine)

    page = submit(home, gallery, button="show=recruitment", follow=True)

    assert CANARY in recruiting_page(client, community)
    assert given.consents.get().shown_by == sandrine
    Testimonial.objects.get(read_on=timezone.localdate())
    address = reverse("communities:use_testimonial", args=[given.pk])
    submit(home, page, action=address, holding={"hide": "recruitment"})
    assert CANARY not in recruiting_page(client, community)


@pytest.mark.parametrize("button", ["show=recruitment", "read=1"])
def test_written_otherwise_while_the_gallery_is_open_it_is_neither_shown_nor_noted_as_read(
    signed_in, client, community, membership, sandrine, button
):
    given = make.a_testimonial(membership, CANARY, uses=["recruitment"])
    home = signed_in(sandrine)
    gallery = home.get(reverse("communities:testimonials", args=[community.pk]))
    submit(client, reverse("communities:change_testimonial", args=[links.keeping_token(given)]), {"text": OTHER})

    page = text_of(submit(home, gallery, button=button, follow=True))

    assert OTHER not in recruiting_page(client, community)
    assert Testimonial.objects.get().read_on is None
    assert "a changé depuis" in page
    submit(home, reverse("communities:testimonials", args=[community.pk]), button=button)
    assert Testimonial.objects.get().read_on, "read again, and pressed again"


def test_a_use_that_was_not_allowed_cannot_be_chosen(signed_in, community, membership, sandrine):
    given = make.a_testimonial(membership, uses=["communications"])

    for use in ("recruitment", "accountability", "nonsense"):
        posted = {"show": use, "seen": testimonials.seen(given)}
        signed_in(sandrine).post(reverse("communities:use_testimonial", args=[given.pk]), posted)

    assert not TestimonialConsent.objects.exclude(shown_on=None).exists()


def test_an_edit_changes_nothing_before_its_author_agrees(signed_in, client, community, membership, sandrine, nadia):
    given = make.a_testimonial(membership, "Mes canari chante.", shown=["recruitment"])
    edit = reverse("communities:edit_testimonial", args=[given.pk])

    submit(signed_in(sandrine), edit, {"text": "Mes canaris chantent."})

    assert "Mes canari chante." in recruiting_page(client, community)
    mail = Message.objects.get(kind="testimonial-edited")
    assert mail.recipient == nadia
    assert {"Mes canari chante." in mail.text, "Mes canaris chantent." in mail.text} == {True}
    submit(client, links.keeping_path(given), button="what=agree")
    page = recruiting_page(client, community)
    assert "Mes canaris chantent." in page
    assert "Mes canari chante." not in page
    given.refresh_from_db()
    assert (given.edited_text, given.edit_agreed_on) == ("", timezone.localdate())


def test_declined_the_words_stay(signed_in, client, membership, sandrine):
    given = make.a_testimonial(membership, "Mes canari chante.")
    submit(signed_in(sandrine), reverse("communities:edit_testimonial", args=[given.pk]), {"text": "Autrement."})

    submit(client, links.keeping_path(given), button="what=decline")

    given.refresh_from_db()
    assert given.text == "Mes canari chante."
    assert given.edit_declined_on


def test_an_edit_that_changed_under_the_eyes_of_its_author_is_not_agreed_to(client, membership, sandrine):
    given = make.a_testimonial(membership, "Mes canari chante.")
    choosing.propose_edit(given, "Une version.", by=sandrine, shown=testimonials.seen(given))
    page = client.get(links.keeping_path(given))
    given.refresh_from_db()
    choosing.propose_edit(given, "Une autre.", by=sandrine, shown=testimonials.seen(given))

    submit(client, page, button="what=agree")

    given.refresh_from_db()
    assert (given.text, given.edited_text) == ("Mes canari chante.", "Une autre.")


def test_two_who_edit_at_once_lose_nothing(signed_in, membership, sandrine, philippe):
    given = make.a_testimonial(membership, "Mes canari chante.")
    home = signed_in(sandrine)
    page = home.get(reverse("communities:edit_testimonial", args=[given.pk]))
    choosing.propose_edit(given, "Celle de Philippe.", by=philippe, shown=testimonials.seen(given))

    answer = submit(home, page, {"text": "Celle de Sandrine."})

    assert answer.status_code == 409
    assert {"Celle de Philippe." in text_of(answer), "Celle de Sandrine." in text_of(answer)} == {True}


def test_written_otherwise_by_its_author_it_is_read_again_before_it_is_shown(client, community, membership):
    given = make.a_testimonial(membership, "Mes canaris chantent.", shown=["recruitment"])

    submit(client, reverse("communities:change_testimonial", args=[links.keeping_token(given)]), {"text": CANARY})

    page = recruiting_page(client, community)
    assert CANARY not in page
    assert "Mes canaris chantent." not in page
    assert choosing.count_to_read([community]) == {community.pk: 1}


def test_signed_otherwise_it_stays_where_it_is_shown(client, community, membership):
    given = make.a_testimonial(membership, CANARY, shown=["recruitment"])

    submit(client, reverse("communities:change_testimonial", args=[links.keeping_token(given)]), {"named": "nobody"})

    page = recruiting_page(client, community)
    assert CANARY in page
    assert "Amrani" not in page


# ------------------------------------------------------------ withdrawing


def test_one_use_taken_back_leaves_the_other(client, community, membership, sandrine):
    given = make.a_testimonial(
        membership, CANARY, uses=["recruitment", "communications"], shown=["recruitment", "communications"]
    )
    change = reverse("communities:change_testimonial", args=[links.keeping_token(given)])

    submit(client, change, {"uses": ["communications"]})

    assert CANARY not in recruiting_page(client, community)
    assert CANARY in space_page(client, make.a_member(community))
    proof = given.consents.get(use="recruitment")
    assert (proof.given_on, proof.withdrawn_on) == (timezone.localdate(), timezone.localdate())
    told = Message.objects.get(kind="testimonial-withdrawn")
    assert told.recipient == sandrine
    assert CANARY not in told.text + told.html
    submit(client, change, {"uses": ["recruitment", "communications"]})
    assert [c.way for c in given.consents.filter(use="recruitment")] == ["own", "kept"]
    assert CANARY not in recruiting_page(client, community), "allowed again, and to be chosen again"


@pytest.mark.parametrize("status", [Community.Status.ACTIVE, Community.Status.ARCHIVED])
def test_withdrawn_it_is_gone_everywhere(signed_in, client, community, membership, sandrine, philippe, status):
    given = make.a_testimonial(
        membership, CANARY, uses=["recruitment", "communications"], shown=["recruitment", "communications"]
    )
    choosing.propose_edit(given, f"{CANARY} Vraiment.", by=sandrine, shown=testimonials.seen(given))
    Community.objects.filter(pk=community.pk).update(status=status)
    membership.become("alumni")

    submit(client, links.keeping_path(given), button="what=withdraw")

    given.refresh_from_db()
    assert (given.text, given.edited_text, given.named) == ("", "", "")
    assert given.consents.in_force().count() == 0
    assert given.consents.count() == 2
    for reader in (sandrine, philippe):
        page = text_of(signed_in(reader).get(reverse("communities:testimonials", args=[community.pk])))
        assert "Retiré le" in page
        assert CANARY not in page
        assert "Amrani" not in page
    assert CANARY not in " ".join(mail.text + mail.html for mail in Message.objects.all())
    assert CANARY not in space_page(client, make.a_member(community))
    page = text_of(client.get(links.keeping_path(given)))
    assert "Vous l’avez retiré le" in page
    assert client.post(links.keeping_path(given), {"what": "withdraw"}).status_code == 302, "pressed twice"


def test_whoever_facilitates_is_told_each_time_of_each_consent(client, membership, sandrine):
    """Taken back, allowed again and taken back again; unticked with other words; allowed for communications alone."""
    given = make.a_testimonial(membership, CANARY, uses=["recruitment"], shown=["recruitment"])
    change = reverse("communities:change_testimonial", args=[links.keeping_token(given)])

    def mails() -> int:
        return Message.objects.filter(kind="testimonial-withdrawn").count()

    submit(client, change, {"uses": ["communications"], "text": OTHER})
    assert mails() == 1, "shown until then, though its words change at once"
    submit(client, change, {"uses": ["recruitment"]})
    assert mails() == 2, "never shown here, and perhaps in a newsletter"
    given.consents.in_force().update(shown_on=timezone.localdate())
    submit(client, change, {"uses": []})
    assert mails() == 3, "the same use a second time"
    submit(client, change, {"uses": ["recruitment"]})
    submit(client, change, {"uses": []})
    assert mails() == 3, "never shown"


def test_in_an_archived_community_a_use_is_taken_back_alone_and_the_end_comes_nearer(client, community, membership):
    given = make.a_testimonial(membership, CANARY, uses=["recruitment", "communications"], shown=["recruitment"])
    Community.objects.filter(pk=community.pk).update(status=Community.Status.ARCHIVED)
    change = reverse("communities:change_testimonial", args=[links.keeping_token(given)])
    assert change in text_of(client.get(links.keeping_path(given)))
    page, sooner = client.get(change), timezone.localdate() + dt.timedelta(days=30)
    assert 'name="text"' not in text_of(page)
    assert "accountability" not in text_of(page)

    later = submit(client, page, {"ends_on": str(given.ends_on + dt.timedelta(days=1))})
    assert later.status_code == 422
    submit(client, change, {"uses": ["communications"], "ends_on": str(sooner)})

    given.refresh_from_db()
    assert (given.text, given.ends_on) == (CANARY, sooner)
    assert [c.use for c in given.consents.in_force()] == ["communications"]
    for more in (
        testimonials.Said(OTHER, "full", frozenset({"communications"}), sooner),
        testimonials.Said(CANARY, "nobody", frozenset({"communications"}), sooner),
        testimonials.Said(CANARY, "full", frozenset({"communications", "recruitment"}), sooner),
        testimonials.Said(CANARY, "full", frozenset(), sooner + dt.timedelta(days=1)),
    ):
        with pytest.raises(ValidationError):
            testimonials.change_testimonial(given, more, shown=testimonials.seen(given))


def test_what_is_encrypted_says_no_second(membership, sandrine):
    given = make.a_testimonial(membership, CANARY)
    choosing.propose_edit(given, OTHER, by=sandrine, shown=testimonials.seen(given))
    Testimonial.objects.filter(pk=given.pk).update(text=encrypted.Encrypted(encrypted.encrypt(CANARY)))  # as before

    encrypted.rewrite(Testimonial, "text", encrypted.undated)

    for name in ("text", "edited_text"):
        held = encrypted.held_in(Testimonial, name).values_list("held", flat=True).get()
        assert int.from_bytes(base64.urlsafe_b64decode(held)[1:9], "big") == 0
    given.refresh_from_db()
    assert (given.text, given.edited_text) == (CANARY, OTHER)


def test_it_ends_with_its_last_day(client, community, membership):
    given = make.a_testimonial(membership, CANARY, shown=["recruitment"], ends_on=timezone.localdate())
    make.a_call(community, closes_on=timezone.localdate() + dt.timedelta(days=30))
    assert CANARY in recruiting_page(client, community)

    with time_machine.travel(_at(given.ends_on + dt.timedelta(days=1), 0), tick=False):
        assert CANARY not in recruiting_page(client, community)
        assert "Vous pouvez le prolonger" in text_of(client.get(links.keeping_path(given)))


def test_long_after_its_end_its_words_are_destroyed_and_the_proof_stays(membership):
    given = make.a_testimonial(membership, CANARY, ends_on=timezone.localdate() - dt.timedelta(days=92))
    other = make.a_testimonial(make.a_member(membership.community), ends_on=given.ends_on)

    assert testimonials.forget_ended() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert testimonials.forget_ended() == 2
    given.refresh_from_db()
    assert (given.text, given.named, given.consents.count()) == ("", "", 1)
    assert testimonials.forget_proofs() == 0
    membership.become("alumni")
    type(membership).objects.filter(pk=membership.pk).update(left_on=timezone.localdate() - dt.timedelta(days=1100))
    assert testimonials.forget_proofs() == 0, "left long ago, and withdrawn today: the proof of it begins"
    with time_machine.travel(timezone.now() + dt.timedelta(days=1098)):
        assert testimonials.forget_proofs() == 2
    assert Testimonial.objects.get() == other


# ------------------------------------------------------------ asking


def test_asked_once_saying_what_for(signed_in, client, community, membership, sandrine, voisine):
    gave = make.a_testimonial(make.a_member(community))
    paused = make.a_member(community, status="paused")
    make.a_member(voisine)
    ask = reverse("communities:ask_testimonials", args=[community.pk])

    submit(signed_in(sandrine), ask, {"people": [str(membership.pk)], "words": "La page de recrutement."})

    mail = Message.objects.get(kind="testimonial-asked")
    assert (mail.recipient, "La page de recrutement." in mail.text) == (membership.user, True)
    free = set(asking.who_can_be_asked(community))
    assert not free & {membership, gave.membership, paused}
    again = asking.ask_for_testimonials(community, [membership], "Encore.", by=sandrine)
    assert again == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=366)):
        assert membership in asking.who_can_be_asked(community)
    path = re.search(r"/temoigner/\S+/", mail.text).group(0)
    submit(client, path, {"text": CANARY, "named": "nobody", "uses": ["recruitment"]})
    assert Testimonial.objects.get(membership=membership).consents.get().way == "asked"


def test_a_mail_that_asks_does_not_leave_once_given(community, membership, sandrine):
    from outbox.domain.mail_types import cancel_reason

    asking.ask_for_testimonials(community, [membership], "Le bilan.", by=sandrine)
    mail = Message.objects.get()
    assert cancel_reason(mail) is None
    make.a_testimonial(membership)
    assert cancel_reason(mail)


# ------------------------------------------------------------ galleries


def test_the_coordination_reads_those_of_its_communities_and_no_other(signed_in, community, voisine, membership):
    elsewhere = make.a_community("Ailleurs", programme=make.a_programme("Autre"))
    make.a_testimonial(membership, CANARY)
    make.a_testimonial(make.a_member(voisine), OTHER)
    make.a_testimonial(make.a_member(elsewhere), "Jamais lu ici.")
    philippe = make.a_person("Philippe")
    make.a_role(philippe, "coordinator", programme=community.programme)

    page = text_of(signed_in(philippe).get(reverse("communities:testimonials_across")))

    assert {CANARY in page, OTHER in page} == {True}
    assert "Jamais lu ici." not in page
    for consent in TestimonialConsent.objects.exclude(testimonial__membership__community=elsewhere):
        assert consent.get_use_display() in page
        assert "formulation 1" in page


def test_today_says_that_one_waits_to_be_read(signed_in, community, membership, sandrine):
    make.a_testimonial(membership)
    home = signed_in(sandrine)
    assert "Lire 1 témoignage" in text_of(home.get(reverse("evaluations:today")))

    submit(home, reverse("communities:testimonials", args=[community.pk]), button="read=1")

    assert "Lire 1 témoignage" not in text_of(home.get(reverse("evaluations:today")))


def test_my_data_tells_the_words_and_each_consent(client, membership):
    make.a_testimonial(membership, CANARY, uses=["recruitment"])
    token = visitors.visitor_token(membership.user)

    page = text_of(client.get(reverse("meetings:space_data", args=[token])))

    assert CANARY in page
    assert wordings.wording_of("recruitment") in page
