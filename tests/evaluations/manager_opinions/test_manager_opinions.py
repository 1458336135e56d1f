"""Three questions to a member's manager: asked by the member, answered or declined by a link, read by those named,
withdrawn at any time."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.domain import erasing
from communities.domain.duplicates import merging
from communities.models import Kind, Role
from evaluations.domain import manager_opinions
from evaluations.domain.surveys import questionnaires
from evaluations.domain.surveys.questionnaires import asked_of_manager
from evaluations.models import DeclinedAddress, ManagerOpinion
from evaluations.tasks import forget_old_answers, tend_surveys
from meetings.domain.links.visitors import visitor_token
from meetings.domain.portal import my_data
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import on_one_line, submit

GISELE = {"manager_name": "Gisèle Patenaude", "manager_email": "gisele@exemple.quebec"}
SAID = {"O1": "4", "O2": "Elle a lancé un jardin.", "O3": "2"}


@pytest.fixture
def membership(nadia, sandrine, philippe):
    return nadia.memberships.select_related("community", "user", "organisation").get()


def own_page(membership) -> str:
    return reverse("evaluations:ask_manager", args=[visitor_token(membership.user), membership.pk])


@pytest.fixture
def asked(membership):
    """By Nadia, from her own space."""
    client = Client()
    preview = submit(client, own_page(membership), GISELE, button="Voir le courriel avant l’envoi")
    submit(client, preview, button="Envoyer")
    return ManagerOpinion.objects.get()


def managers_page(opinion) -> str:
    return reverse("evaluations:manager_survey", args=[manager_opinions.token_of(opinion)])


def test_nadia_sees_the_mail_and_its_readers_before_anything_leaves(membership):
    client = Client()
    first = on_one_line(client.get(own_page(membership)))
    assert all(name in first for name in ("Nadia Amrani", "Sandrine Beaulieu", "Philippe Marchand"))

    preview = submit(client, own_page(membership), GISELE, button="Voir le courriel avant l’envoi")
    shown = on_one_line(preview)
    assert not Message.objects.exists()
    assert not ManagerOpinion.objects.exists()
    submit(client, preview, button="Envoyer")

    mail = Message.objects.get()
    assert (mail.to, mail.recipient) == ("gisele@exemple.quebec", None)
    assert mail.subject in shown
    assert all(name in mail.text for name in ("Nadia Amrani", "Sandrine Beaulieu", "Philippe Marchand"))
    opinion = ManagerOpinion.objects.get()
    assert manager_opinions.token_of(opinion) in mail.text


def test_pressed_twice_it_is_asked_once(asked, membership):
    manager_opinions.ask(membership, manager_opinions.Wanted("Autre", "autre@exemple.quebec", "fr-ca"))

    assert ManagerOpinion.objects.count() == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize("why", ["individual", "alumni", "dormant"])
def test_who_comes_for_nobody_or_is_gone_cannot_ask(membership, why):
    if why == "individual":
        membership.as_individual = True
    if why == "alumni":
        membership.status = "alumni"
    membership.save()
    if why == "dormant":
        membership.community.status = "dormant"
        membership.community.save()

    page = on_one_line(Client().get(own_page(membership)))

    assert "Seuls les membres qui participent au nom d’une organisation" in page
    assert "manager_email" not in page


def test_gisele_reads_who_will_read_then_answers_once(asked, membership):
    client = Client()
    page = on_one_line(client.get(managers_page(asked)))
    assert page.index("Qui lit la réponse") < page.index("La participation de Nadia Amrani est utile")
    assert page.index("Sandrine Beaulieu") < page.index("La participation de Nadia Amrani est utile")
    assert submit(client, managers_page(asked), {"O1": "4"}).status_code == 422

    submit(client, managers_page(asked), SAID)
    manager_opinions.answer(asked, {"O1": "1"})
    asked.refresh_from_db()

    assert (asked.useful, asked.example, asked.supported) == ("4", "Elle a lancé un jardin.", "2")
    assert (asked.manager_name, asked.manager_email) == ("", "")
    assert not Message.objects.exists()
    assert "Elle a lancé un jardin." in on_one_line(Client().get(own_page(membership)))


def test_she_may_decline_and_nothing_more_is_sent(asked, membership):
    submit(Client(), managers_page(asked), button="Je préfère ne pas répondre")
    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        tend_surveys()
        page = on_one_line(Client().get(own_page(membership)))
    asked.refresh_from_db()

    assert asked.manager_email == ""
    assert not Message.objects.exists()
    assert "préfère ne pas répondre" in page


def test_declined_withdrawn_and_asked_again_she_is_not_written_to(asked, membership):
    manager_opinions.decline(asked)
    manager_opinions.withdraw(membership)
    client = Client()
    same = {"manager_name": "G. Patenaude", "manager_email": "Gisele@exemple.quebec"}
    preview = submit(client, own_page(membership), same, button="Voir le courriel avant l’envoi")
    shown = on_one_line(submit(client, preview, button="Envoyer", follow=True))
    assert "préféré ne pas répondre" in shown
    assert not Message.objects.exists()
    assert not ManagerOpinion.objects.exists()
    assert "gisele" not in str(list(DeclinedAddress.objects.values()))

    other = manager_opinions.Wanted("Autre", "autre@exemple.quebec", "fr-ca")
    manager_opinions.ask(membership, other)
    manager_opinions.withdraw(membership)
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        forget_old_answers()
        manager_opinions.ask(membership, manager_opinions.Wanted(*GISELE.values(), "fr-ca"))
    assert ManagerOpinion.objects.count() == 1


@pytest.mark.parametrize("answered", ["hers", "of the twin"])
def test_two_records_made_one_keep_one_opinion_whole_with_its_readers(answered, asked, membership, philippe, sandrine):
    twin = make.a_member(membership.community, make.a_person("Nadia", "Amrani", email="autre@exemple.quebec"))
    other = make.an_opinion(twin, manager_name="Paul", manager_email="paul@exemple.quebec")
    other.readers.set([sandrine])
    manager_opinions.answer(asked if answered == "hers" else other, SAID)
    merge = merging.merge(Kind.PERSON, twin.user, membership.user, taken=[], by=philippe)

    (kept,) = ManagerOpinion.objects.all()
    readers = {sandrine, philippe} if answered == "hers" else {sandrine}
    assert (kept.example, kept.manager_email, {*kept.readers.all()}) == (SAID["O2"], "", readers)
    Message.objects.update(sent_at=timezone.now())
    forget_old_answers()
    assert not Message.objects.exists(), "no address is left behind in a mail"
    merging.undo_merge(merge)
    asked.refresh_from_db()
    other.refresh_from_db()
    assert (asked.membership, other.membership) == (membership, twin)
    assert {*asked.readers.all()} == {sandrine, philippe}


def test_the_address_of_what_is_over_goes(asked):
    ManagerOpinion.objects.update(answered_at=timezone.now())
    forget_old_answers()
    asked.refresh_from_db()
    assert (asked.manager_name, asked.manager_email) == ("", "")


def test_one_reminder_then_the_address_goes(asked):
    for days in (6, 8, 9, 20):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
            tend_surveys()
    assert [m.kind for m in Message.objects.order_by("pk")] == ["manager-survey", "manager-reminder"]

    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        forget_old_answers()
        assert Client().get(managers_page(asked)).status_code == 410
    asked.refresh_from_db()
    assert asked.manager_email == ""
    assert not Message.objects.exists()


def test_withdrawn_the_answer_the_address_and_the_mails_are_gone(asked, membership):
    other = make.an_opinion(make.a_member(membership.community))
    submit(Client(), own_page(membership), button="Retirer ma demande")

    assert list(ManagerOpinion.objects.all()) == [other]
    assert not Message.objects.exists()
    assert Client().get(managers_page(asked)).status_code == 410


def test_only_those_who_were_named_read_it(asked, membership, sandrine, philippe, karim, nadia, signed_in):
    manager_opinions.answer(asked, SAID)
    newcomer = make.a_person("Bruno")
    make.a_role(newcomer, Role.FACILITATOR, community=membership.community)
    external = make.a_person("Xavier")
    make.a_role(external, Role.EXTERNAL, community=membership.community)
    address = reverse("evaluations:manager_opinions", args=[membership.community_id])

    for reader in (sandrine, philippe):
        assert "Elle a lancé un jardin." in on_one_line(signed_in(reader).get(address))
    assert "Elle a lancé un jardin." not in on_one_line(signed_in(newcomer).get(address))
    for neighbour in (external, karim, nadia):
        assert signed_in(neighbour).get(address).status_code == 403


def test_a_reader_who_leads_no_more_reads_no_more(asked, membership, sandrine):
    manager_opinions.answer(asked, SAID)
    sandrine.role_assignments.all().delete()
    again = type(sandrine).objects.get(pk=sandrine.pk)

    assert not ManagerOpinion.objects.visible_to(again).exists()


def test_they_are_counted_from_five_on(community, sandrine, signed_in):
    address = reverse("evaluations:campaigns", args=[community.pk])
    for n in range(5):
        if n == 4:
            assert "utile à l’organisation" not in on_one_line(signed_in(sandrine).get(address))
        opinion = make.an_opinion(make.a_member(community))
        manager_opinions.answer(opinion, {"O1": "4" if n else "1", "O3": "1"})

    page = on_one_line(signed_in(sandrine).get(address)).replace("\u00a0", " ")
    assert "la participation est utile à l’organisation : 4 sur 5" in page
    assert "le temps est reconnu et soutenu : 5 sur 5" in page


def test_an_answer_goes_after_two_years(asked):
    manager_opinions.answer(asked, SAID)
    with time_machine.travel(timezone.now() + dt.timedelta(days=729)):
        forget_old_answers()
        assert ManagerOpinion.objects.exists()
    with time_machine.travel(timezone.now() + dt.timedelta(days=731)):
        forget_old_answers()
        assert not ManagerOpinion.objects.exists()


def test_erasing_nadia_erases_it_with_its_mails(asked, nadia):
    erasing.erase(nadia)

    assert not ManagerOpinion.objects.exists()
    assert not Message.objects.filter(to="gisele@exemple.quebec").exists()


def test_she_finds_it_in_her_data(asked, nadia):
    [held] = [one for one in my_data.held_about(nadia) if one.section.name == "manager_opinions"]

    assert held.rows[0][:3] == ["Constellation", "Gisèle Patenaude", "gisele@exemple.quebec"]


def test_a_mail_does_not_leave_once_she_has_left(asked, membership):
    membership.become("alumni")

    assert mail_types.cancel_reason(Message.objects.get())
    assert Client().get(managers_page(asked)).status_code == 410


def test_the_mail_names_the_employer_and_not_who_keeps_the_site(asked):
    mail = Message.objects.get()

    assert "Table de quartier Ahuntsic" in mail.text
    assert "Table de quartier Ahuntsic" in mail.html


@pytest.mark.parametrize(("name", "said"), [("Esther", "d’Esther"), ("Nadia", "de Nadia"), ("Élise", "d’Élise")])
def test_a_name_is_elided_as_one_says_it(db, name, said):
    with translation.override("fr-ca"):
        first, *_rest = asked_of_manager(questionnaires.current("Q-O").pk, name)

    assert first.wording.startswith(f"La participation {said} est")
