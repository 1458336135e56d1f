"""Zoé is twelve: nobody keeps her without the written consent of Solange, her mother. Théo, her neighbour, is grown."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditLine, User
from communities.domain.members import consents, directory, parental
from communities.domain.recruitment import recruiting, referring
from communities.models import Application, Membership, ParentalConsent
from meetings.domain.invitations import signing_up
from meetings.domain.portal import my_data
from meetings.models import Reply
from tests import factories as make
from tests.forms import form_on, submit

SIGNED = dt.date(2026, 9, 1)
SAID = {"parent_name": "Solange Hébert", "signed_on": SIGNED, "received_as": "paper"}
TYPED = {"parent_name": "Solange Hébert", "signed_on": "2026-09-01", "received_as": "paper"}
NOT_YET = "un parent ou la personne tutrice doit d’abord consentir par écrit. Rien n’est conservé"


@pytest.fixture
def zoe(community):
    return make.a_member(community, make.a_person("Zoé", "Hébert", email=None))


@pytest.fixture
def theo(community):
    return make.a_member(community, make.a_person("Théo", "Voisin"))


def adding(community) -> str:
    return reverse("communities:add_member", args=[community.pk])


def page_of(membership) -> str:
    return reverse("communities:parental_consent", args=[membership.pk])


def words(response) -> str:
    return response.content.decode()


# ---------------------------------------------------------------- listed by those who lead


def test_nobody_lists_a_child_before_a_parent_has_signed(signed_in, sandrine, community):
    form = form_on(signed_in(sandrine).get(adding(community)), ["first_name"])

    answer = form.fill({"first_name": "Zoé", "under_14": True}).press(signed_in(sandrine))

    assert answer.status_code == 422
    assert "sans le consentement signé d’un parent" in words(answer)
    assert not User.objects.filter(first_name="Zoé").exists()


def test_with_the_consent_she_is_listed_and_who_agreed_is_kept(signed_in, sandrine, community):
    submit(signed_in(sandrine), adding(community), {"first_name": "Zoé", "under_14": True, **TYPED}, button="Ajouter")

    [consent] = ParentalConsent.objects.all()
    assert (consent.membership.user.first_name, consent.parent_name) == ("Zoé", "Solange Hébert")
    assert (consent.signed_on, consent.received_as, consent.entered_by) == (SIGNED, "paper", sandrine)
    written = AuditLine.objects.filter(action=Action.PARENT_CONSENTED)
    assert [line.details for line in written] == [{"signed_on": "2026-09-01"}]


def test_without_the_box_nothing_typed_of_a_parent_is_kept(signed_in, sandrine, community):
    submit(signed_in(sandrine), adding(community), {"first_name": "Théo", **TYPED}, button="Ajouter")

    assert User.objects.filter(first_name="Théo").exists()
    assert not ParentalConsent.objects.exists()


def test_the_verb_refuses_too(community):
    person = {"first_name": "Zoé", "last_name": "", "email": "", "organisation": "", "language": "fr-ca"}
    with pytest.raises(ValidationError):
        directory.add(community, **person, status="active", under_14=True)
    assert not User.objects.filter(first_name="Zoé").exists()
    directory.add(community, **person, status="active")
    assert User.objects.filter(first_name="Zoé").exists(), "control"


def test_a_consent_signed_tomorrow_is_refused(signed_in, sandrine, zoe):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    assert submit(signed_in(sandrine), page_of(zoe), {**TYPED, "signed_on": tomorrow.isoformat()}).status_code == 422
    assert parental.parental_consent_of(zoe) is None


def test_it_is_written_later_put_right_and_removed_if_it_was_a_mistake(signed_in, sandrine, zoe, theo):
    client = signed_in(sandrine)
    assert page_of(zoe) in words(client.get(zoe.get_absolute_url()))
    submit(client, page_of(zoe), TYPED)
    assert "Consentement de Solange Hébert, signé le 1er septembre 2026" in words(client.get(zoe.get_absolute_url()))

    submit(client, page_of(zoe), {"parent_name": "Solange Hébert-Roy"})
    assert parental.parental_consent_of(zoe).parent_name == "Solange Hébert-Roy"
    submit(client, page_of(zoe), {"parent_name": "Solange Hébert-Roy"})
    assert AuditLine.objects.filter(action=Action.PARENT_CONSENTED).count() == 2, "saved as it stands: no line"

    parental.record_parental_consent(theo, SAID, by=sandrine)
    submit(client, page_of(theo), button="remove=1")
    assert (parental.parental_consent_of(theo), parental.parental_consent_of(zoe).parent_name) == (
        None,
        "Solange Hébert-Roy",
    )
    assert AuditLine.objects.filter(action=Action.PARENT_FORGOTTEN).count() == 1


# ---------------------------------------------------------------- by oneself


def join(client, membership, **typed):
    recruiting.invite(membership.community, [membership], "", by=None)
    invitation = membership.join_invitations.last()
    return submit(client, reverse("communities:join", args=[recruiting.join_token(invitation)]), typed, follow=True)


@pytest.fixture
def eligible(community):
    person = make.a_person("Zoé", "Hébert", email="zoe@exemple.quebec")
    return make.a_member(community, person, status="eligible", joined_on=None)


def test_a_child_who_joins_is_told_what_to_do_and_does_not_join(client, eligible):
    answer = join(client, eligible, under_14=True, expects="Du plaisir")

    assert answer.status_code == 422
    assert NOT_YET in words(answer)
    eligible.refresh_from_db()
    assert eligible.status == Membership.Status.INVITED
    assert not hasattr(eligible, "expectation")


def test_control_the_box_left_empty_she_joins(client, eligible):
    join(client, eligible, under_14=False)

    eligible.refresh_from_db()
    assert eligible.status == Membership.Status.ACTIVE


def test_once_her_mother_has_agreed_her_age_is_not_asked_again(client, eligible, sandrine):
    parental.record_parental_consent(eligible, SAID, by=sandrine)

    assert "moins de 14 ans" not in words(join(client, eligible, expects="Du plaisir"))

    eligible.refresh_from_db()
    assert eligible.status == Membership.Status.ACTIVE


@pytest.mark.parametrize(("ticked", "kept"), [(True, 0), (False, 1)])
def test_an_application_of_a_child_is_not_kept(client, community, ticked, kept):
    call = make.a_call(community)
    typed = {"first_name": "Zoé", "last_name": "Hébert", "email": "zoe@exemple.quebec", "motivation": "Pour jouer"}
    form = form_on(client.get(reverse("communities:apply", args=[call.secret])), ["motivation"])
    boxes = {box.name: True for box in form.controls if box.name in ("commits", "consents")}
    if form.named("organisation"):
        boxes["organisation"] = "École"

    answer = form.fill({**typed, **boxes, "under_14": ticked}).press(client)

    assert Application.objects.count() == kept
    assert (NOT_YET in words(answer)) is ticked


@pytest.mark.parametrize(("ticked", "kept"), [(True, 0), (False, 1)])
def test_nor_her_answer_to_a_link(client, community, nadia, ticked, kept):
    referral = referring.make(nadia.memberships.get())
    typed = {"first_name": "Zoé", "last_name": "Hébert", "email": "zoe@exemple.quebec", "consents": True}

    submit(
        client,
        reverse("communities:referral", args=[referring.referral_token(referral)]),
        {**typed, "under_14": ticked},
    )

    assert User.objects.filter(email="zoe@exemple.quebec").count() == kept


@pytest.mark.parametrize(("ticked", "kept"), [(True, 0), (False, 1)])
def test_nor_her_registration_for_a_training(client, community, ticked, kept):
    training = make.a_meeting(community, kind="training", is_open_to_all=True)
    page = reverse("meetings:sign_up", args=[signing_up.sign_up_token(training)])
    typed = {"first_name": "Zoé", "last_name": "Hébert", "email": "zoe@exemple.quebec", "under_14": ticked}

    submit(client, page, typed)

    assert Reply.objects.filter(membership__user__email="zoe@exemple.quebec").count() == kept


# ---------------------------------------------------------------- kept, shown, exported, erased


def told(person):
    [held] = [one for one in my_data.held_about(person) if one.section.name == "parental_consents"]
    return held.rows


def test_she_reads_it_in_my_data_and_her_neighbour_does_not(zoe, theo, sandrine):
    parental.record_parental_consent(zoe, SAID, by=sandrine)

    [row] = told(zoe.user)
    assert row[:4] == ["Constellation", True, "Solange Hébert", SIGNED]
    assert told(theo.user) == []


def test_it_goes_three_years_after_she_left_and_the_neighbours_stays(zoe, theo, sandrine):
    for one in (zoe, theo):
        parental.record_parental_consent(one, SAID, by=sandrine)
    today = timezone.localdate()
    for one, days in ((zoe, 1100), (theo, 1090)):
        Membership.objects.filter(pk=one.pk).update(status="alumni", left_on=today - dt.timedelta(days=days))

    consents.forget_old_consents()

    assert (parental.parental_consent_of(zoe), parental.parental_consent_of(theo) is None) == (None, False)
