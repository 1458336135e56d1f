"""What one press does, one press undoes: done, undone, looked at; and after a colleague changed the same thing, undoing
is refused and loses nothing."""

import ast
import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.core import serializers
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditLine
from communities.domain.alerts import Alert, dismiss
from communities.domain.charter import operating_rules
from communities.models import Community, Membership, Need, ParentalConsent, Party, Programme, Role, WordTemplate
from meetings.domain.preparation import breakouts
from meetings.models import FollowUp, Topic
from tests import factories as make
from tests.forms import form_on, forms_on, on_one_line, submit

COUNTED = {"version", "revision", "sequence", "last_login"}
HOUR = dt.timedelta(hours=1)
APART = ("accounts.audit", "outbox.", "accounts.user_last")
TOO_LATE = "Une autre personne a changé ceci entre-temps : rien n’est annulé."


def everything():
    """Every row of the project but the audit log and the mails, without what only counts."""
    found = {}
    for app in ("accounts", "communities", "meetings", "evaluations"):
        for model in apps.get_app_config(app).get_models():
            for row in serializers.serialize("python", model._base_manager.all()):
                if not row["model"].startswith(APART):
                    fields = {name: value for name, value in row["fields"].items() if name not in COUNTED}
                    is_block = row["model"] == "meetings.agendaitem"  # an agenda is laid out anew, block by block
                    found[row["model"], f"block {fields['position']}" if is_block else row["pk"]] = fields
    return found


def undoing_on(page):
    """The form of « Annuler » beside what was just done."""
    found = [form for form in forms_on(page) if any(c.name == "undo" for c in form.buttons)]
    found = [form for form in found if form.node.parent.attributes.get("class", "").startswith("message")]
    assert len(found) == 1, on_one_line(page)[:3000]
    return found[0]


class Place:
    """Constellation with one of everything that is done and undone, and its neighbour with the same."""

    def __init__(self, community, sandrine, philippe, karim):
        self.community, self.karim = community, karim
        self.client, self.philippe = Client(), Client()
        self.client.force_login(sandrine)
        self.philippe.force_login(philippe)
        self.member = make.a_member(community, organisation="Table de quartier")
        self.other = make.a_member(community, organisation="Centre 50+", region="Estrie")
        self.outcome, self.card = make.an_outcome(community), make.a_practice_card(community)
        self.need = make.a_need(community, cost=90000)
        self.party = make.a_party(self.need, self.member.organisation, weight=3)
        make.a_party(self.need, self.other.organisation)
        self.topic = make.a_topic(community)
        soon = (timezone.now() + dt.timedelta(days=3)).replace(second=0, microsecond=0)  # whole minutes, as forms say
        self.meeting = make.a_meeting(community, soon, title="")
        self.meeting.agenda.create(kind="exchange", title="Échanges", minutes=50, position=0)
        self.meeting.agenda.create(kind="evaluation", title="Avis", minutes=10, position=1)
        self.model = make.an_agenda_model(community)
        self.poll = make.a_date_poll(community)
        self.group = make.a_sub_group(community, "Ruralité", members=[self.member, self.other])
        self.line, self.partner = make.a_budget_line(community, planned=500), make.a_partner(community)
        self.person = make.a_resource_person(community)
        make.a_role(make.a_person("Rita", email="rita@exemple.quebec"), Role.FACILITATOR, community=community)
        self.aside = make.a_warning_set_aside(community)
        self.objective, self.rule = make.an_objective(community), make.a_rule(community)
        self.proposal = make.a_proposed_objective(community, self.member.user, "Un jumelage")
        self.held = make.a_meeting(community, timezone.now() - dt.timedelta(days=2), closed_at=timezone.now())
        self.past = self.other.representations.create(
            organisation=self.member.organisation, starts_on="2025-01-01", ends_on="2025-12-31"
        )

    def at(self, name, *args):
        return reverse(name, args=args or [self.community.pk])


@pytest.fixture
def place(community, sandrine, philippe, karim):
    cache.clear()
    neighbour = make.a_community("Voisine", programme=community.programme)
    make.a_need(neighbour, met_at=timezone.now())
    make.a_topic(neighbour)
    return Place(community, sandrine, philippe, karim)


# ---------------------------------------------------------------- what is done, and by a colleague meanwhile


def remove(name, thing, page=""):
    def act(p):
        shown = p.at(page or f"communities:{thing}", getattr(p, name).pk)
        return submit(p.client, shown, action=p.at(f"communities:remove_{thing}", getattr(p, name).pk))

    return act


def remove_part(name, thing):
    def act(p):
        return submit(p.client, p.at(f"communities:remove_{thing}", getattr(p, name).pk))

    return act


def fill(address, values, *, of=None, button="", **of_form):
    """A form filled and saved."""

    def act(p):
        args = [getattr(p, of).pk] if of else []
        return submit(p.client, p.at(address, *args) + of_form.get("query", ""), values, button=button)

    return act


def write(thing, /, **fields):
    """A colleague writes in the same row."""

    def meanwhile(p):
        row = getattr(p, thing)
        type(row)._base_manager.filter(pk=row.pk).update(**fields)

    return meanwhile


def decide(decision, to=""):
    def act(p):
        chosen = f"decision={decision}" + (f":{p.meeting.pk}" if to else "")
        return submit(p.client, p.topic.get_absolute_url(), button=chosen)

    return act


def leave_need(p):
    return submit(p.client, p.need.get_absolute_url(), action=p.at("communities:leave_need", p.need.pk, p.party.pk))


def join_need(p):
    form = form_on(p.client.get(p.need.get_absolute_url()), ["who"], button="En a besoin aussi")
    return form.fill({"who": f"m{p.community.memberships.latest('pk').pk}"}).press(p.client)


def settle_need(p):
    return submit(p.client, p.need.get_absolute_url(), action=p.at("communities:settle_need", p.need.pk))


def share_cost(p):
    return submit(p.client, p.at("communities:split_need", p.need.pk), {"cost": "1 200,00 $"})


def set_aside(p):
    aside = dismiss(p.community, Alert("turnout", "Les présences baissent"), "Été", by=None)
    page = p.client.get(p.at("communities:settings"))
    form = form_on(page, action=p.at("communities:restore_alert", aside.pk))
    return form.press(p.client)


def withdraw(p):
    held = p.karim.role_assignments.get()
    return submit(p.client, p.at("communities:roles"), button=f"withdraw={held.pk}")


def appoint_again(p):
    make.a_role(p.karim, Role.NOTE_TAKER, community=p.community)


def rest(p):
    return submit(p.client, p.at("communities:life"), {"reason": "L’été"}, button="Confirmer : Mettre en veille")


def archive(p):
    return submit(p.philippe, p.at("communities:life"), {"reason": "Fin"}, button="Confirmer : Archiver")


def move_on(p):
    Community.objects.filter(pk=p.community.pk).update(status="closing")


def pause_two(p):
    people = {"people": [p.member.pk, p.other.pk], "change": "status:paused"}
    return submit(p.client, submit(p.client, p.at("communities:members"), people))


def come_back(p):
    Membership.objects.get(pk=p.other.pk).become("active")


def correct(p):
    page = p.at("communities:membership", p.member.pk) + "?modifier"
    return submit(p.client, page, {"region": "Gaspésie", "organisation": "Centre 50+"})


def save_agenda(p):
    page = p.client.get(p.at("meetings:agenda", p.meeting.pk))
    form = form_on(page, button="step=save").fill({"0-title": "Autre chose"})
    return form.press(p.client, "step=save")


def rename(p):
    meeting = type(p.meeting).objects.get(pk=p.meeting.pk)
    type(p.meeting).objects.filter(pk=meeting.pk).update(title="Autre titre", version=meeting.version + 1)


def remove_model(p):
    page = p.at("meetings:agenda", p.meeting.pk)
    return submit(p.client, page, action=p.at("meetings:remove_agenda_model", p.model.pk))


def close_poll(p):
    return submit(p.client, p.poll.get_absolute_url(), action=p.at("meetings:close_poll", p.poll.pk))


def make_regions(p):
    return submit(p.client, p.at("communities:subgroups"), action=p.at("communities:group_by_region"))


def join_region(p):
    p.community.sub_groups.get(name="Estrie").members.add(p.member)


def forget(p):
    page = p.at("communities:representation", p.other.pk)
    return submit(p.client, page, action=p.at("communities:forget_representation", p.other.pk, p.past.pk))


def end_partner(p):
    page = p.at("communities:partner", p.partner.pk)
    return submit(p.client, page, action=p.at("communities:end_partner", p.partner.pk))


def describe_programme(p):
    page = p.at("communities:edit_programme", p.community.programme_id)
    return submit(p.philippe, page, {"objectives": "Un"})


def send_word_template(p):
    page = p.at("communities:word_template", p.community.programme_id)
    return submit(p.philippe, page, {"file": SimpleUploadedFile("papier.docx", make.a_word_document())})


def remove_word_template(p):
    page = p.at("communities:word_template", p.community.programme_id)
    address = p.at("communities:remove_word_template", p.community.programme_id)
    return submit(p.philippe, page, action=address)


def review(p):
    page = p.at("communities:objectives")
    return submit(p.client, page, {"too_many": True}, action=p.at("communities:review_objectives"))


def answer_proposal(do):
    def act(p):
        page = p.at("communities:objective_proposal", p.proposal.pk)
        return submit(p.client, page, {"answer": "Merci"}, button=f"do={do}")

    return act


def name_co_facilitator(**also):
    def act(p):
        return submit(p.client, p.at("meetings:share", p.meeting.pk), {"members": [str(p.member.pk)], **also})

    return act


def groups_of(step, **typed):
    def act(p):
        page = p.client.get(p.at("meetings:groups", p.meeting.pk))
        form = form_on(page, button=f"step={step}")
        if step == "done":
            form.fill({f"in-{p.member.pk}": str(p.groups[1].pk), f"name-{p.groups[0].pk}": "Rural"})
        return form.press(p.client, f"step={step}")

    return act


def note_in_a_group(p):
    make.a_note(p.meeting, group=p.meeting.groups.first())


def write_follow_up(p):
    return submit(p.client, p.at("meetings:follow_up", p.held.pk), {"text": "Merci à toutes et à tous."})


def write_follow_up_anew(p):
    return submit(p.client, p.at("meetings:follow_up", p.held.pk), button="again")


def rate(p):
    page, form_of = p.client.get(p.at("evaluations:vitality")), p.at("evaluations:rate_factor")
    form = next(form for form in forms_on(page) if form.action == form_of)
    return form.fill({"level": "2", "note": "Ça va"}).press(p.client)


def keep_agenda(p):
    page = p.at("meetings:agenda", p.meeting.pk)
    return submit(p.client, page, {"name": "Notre modèle"}, action=p.at("meetings:keep_agenda", p.meeting.pk))


def write_report(p):
    page = p.at("evaluations:write_report", p.community.pk, timezone.localdate().year)
    return submit(p.client, page, {"highlights": "Une bonne année"})


def words_to_members(p):
    page = p.at("evaluations:words_to_members", p.community.pk, timezone.localdate().year)
    return submit(p.client, page, {"to_members": "Merci à toutes et à tous"})


def delete_campaign(p):
    page = p.at("evaluations:campaign", p.campaign.pk)
    return submit(p.client, page, action=p.at("evaluations:delete_campaign", p.campaign.pk))


def plan_two(p):
    page = p.client.get(p.at("meetings:plan"))
    form = form_on(page, button="step=plan")
    day = timezone.localdate() + dt.timedelta(days=40)
    return form.fill({"0-day": day.isoformat(), "0-starts": "12:00"}).press(p.client, "step=plan")


class Act(NamedTuple):
    do: object
    meanwhile: object = None  # what a colleague does; None: « Undo » posts to an address that a person could press too


ACTS = {
    "outcome removed": Act(remove("outcome", "outcome")),
    "need removed": Act(remove("need", "need")),
    "practice card removed": Act(remove("card", "practice", page="communities:practice_card")),
    "need met": Act(settle_need),
    "somebody leaves a need": Act(leave_need, lambda p: make.a_party(p.need, p.member.organisation)),
    "somebody joins a need": Act(join_need),
    "cost shared": Act(share_cost, write("need", cost=1)),
    "warning taken up again": Act(set_aside, lambda p: dismiss(p.community, Alert("turnout", ""), "Autre", by=None)),
    "role withdrawn": Act(withdraw, appoint_again),
    "community at rest": Act(rest, move_on),
    "community archived": Act(archive, move_on),
    "two members paused": Act(pause_two, come_back),
    "member corrected": Act(correct, write("member", region="Laval")),
    "topic postponed": Act(decide("postpone"), write("topic", state=Topic.State.RESERVE, version=9)),
    "topic set aside": Act(decide("set_aside"), write("topic", state=Topic.State.RESERVE, version=9)),
    "topic chosen": Act(decide("choose", to="meeting"), write("topic", state=Topic.State.RESERVE, version=9)),
    "topic edited": Act(fill("meetings:edit_topic", {"title": "Autrement dit"}, of="topic"), write("topic", version=9)),
    "agenda saved": Act(save_agenda, rename),
    "agenda model removed": Act(remove_model),
    "poll closed": Act(close_poll, write("poll", closed_at=timezone.now())),
    "meeting cancelled, of which nobody knew": Act(
        fill("meetings:cancel", {"because": "Tempête"}, of="meeting"), write("meeting", cancelled_because="Verglas")
    ),
    "sub-group removed": Act(remove_part("group", "subgroup")),
    "sub-group changed": Act(
        fill("communities:subgroup", {"name": "Villages"}, of="group"), write("group", name="Bourgs")
    ),
    "sub-groups by region": Act(make_regions, join_region),
    "budget line removed": Act(remove_part("line", "budget_line")),
    "budget line changed": Act(
        fill("communities:budget_line", {"label": "Traiteur"}, of="line"), write("line", label="Café")
    ),
    "partner removed": Act(remove_part("partner", "partner")),
    "partner ended": Act(end_partner, write("partner", ends_on="2027-01-01")),
    "representation forgotten": Act(forget),
    "organisation changed": Act(
        lambda p: submit(p.client, f"{p.member.organisation.get_absolute_url()}modifier/", {"territory": "Verdun"}),
        lambda p: type(p.member.organisation).objects.update(territory="Laval"),
    ),
    "policies changed": Act(
        fill("communities:policies", {"attendance_policy": "committed"}),
        lambda p: Community.objects.filter(pk=p.community.pk).update(attendance_policy="open"),
    ),
    "resource person renamed": Act(
        fill("communities:resource_persons", {"rows-0-name": "Wei Roy"}), write("person", name="Ève Dubé")
    ),
    "mails worded": Act(fill("meetings:mail_settings", {"reminder_days": "3"})),
    "meeting renamed": Act(
        fill("meetings:edit", {"title": "Autrement dit"}, of="meeting"), write("meeting", title="Autre", version=9)
    ),
    "programme described": Act(
        lambda p: submit(
            p.philippe, p.at("communities:edit_programme", p.community.programme_id), {"objectives": "Un"}
        ),
        lambda p: type(p.community.programme).objects.update(objectives="Deux"),
    ),
    "Word template sent": Act(send_word_template, lambda p: WordTemplate.objects.update(name="autre.docx")),
    "Word template removed": Act(
        remove_word_template, lambda p: make.a_word_template(Programme.objects.get(pk=p.community.programme_id))
    ),
    "what is out of reach": Act(fill("communities:excluded_expectations", {"rows-0-wording": "Un financement"})),
    "objectives changed": Act(
        fill("communities:objectives", {"rows-0-wording": "Mieux se connaître", "rows-1-wording": "Partager"}),
        write("objective", wording="Autrement"),
    ),
    "objectives reviewed": Act(review, lambda p: p.community.objective_reviews.update(too_vague=True)),
    "a proposed objective adopted": Act(
        answer_proposal("adopt"), lambda p: p.community.objectives.filter(wording="Un jumelage").update(target="Deux")
    ),
    "a proposed objective declined": Act(answer_proposal("decline"), write("proposal", answer="Oui, finalement")),
    "rules changed, in a new version": Act(
        fill("communities:rules", {"rows-0-text": "On s’écoute"}),
        lambda p: p.member.acknowledgements.create(version=operating_rules.in_force(p.community)),
    ),
    "rules corrected": Act(
        fill("communities:rules", {"rows-0-text": "On s’écoute", "minor": True}), write("rule", text="Autre")
    ),
    "somebody co-facilitates": Act(name_co_facilitator(), lambda p: p.meeting.co_facilitators.add(p.other)),
    "co-facilitation, prepared together": Act(
        name_co_facilitator(prepares=True), lambda p: make.a_note(p.meeting.preparatory_meetings.get())
    ),
    "groups formed": Act(groups_of("propose"), note_in_a_group),
    "groups arranged": Act(
        groups_of("done"), lambda p: p.meeting.groups.filter(pk=p.groups[0].pk).update(name="Urbain")
    ),
    "groups removed": Act(groups_of("clear")),
    "follow-up worded": Act(
        write_follow_up, lambda p: FollowUp.objects.filter(pk=p.held.pk).update(sent_at=timezone.now())
    ),
    "follow-up drafted again": Act(
        write_follow_up_anew, lambda p: FollowUp.objects.filter(pk=p.held.pk).update(text="Autre", version=9)
    ),
    "factor rated": Act(rate, lambda p: p.community.factor_ratings.update(level=0)),
    "agenda kept as a model": Act(
        keep_agenda, lambda p: p.community.agenda_models.filter(name="Notre modèle").update(blocks=[])
    ),
    "partner added": Act(
        fill("communities:add_partner", {"organisation": "Concertation Montréal", "role": "funder"}),
        lambda p: p.community.partners.update(ends_on="2030-01-01"),
    ),
    "budget line added": Act(
        fill("communities:budget", {"category": "room", "label": "Traiteur"}),
        lambda p: p.community.budget_lines.filter(label="Traiteur").update(spent=9),
    ),
    "sub-group made": Act(
        fill("communities:subgroups", {"name": "Rive-Nord"}),
        lambda p: p.community.sub_groups.get(name="Rive-Nord").members.add(p.member),
    ),
    "topic added": Act(
        fill("meetings:propose_topic", {"title": "Les pères"}),
        lambda p: p.community.topics.filter(title="Les pères").update(state=Topic.State.RESERVE, version=9),
    ),
    "improvement noted": Act(
        fill("evaluations:add_improvement", {"wording": "Finir à l’heure"}),
        lambda p: p.community.improvements.update(wording="Finir avant l’heure"),
    ),
    "annual evaluation prepared": Act(
        fill("evaluations:prepare_campaign", {"words": "Bonjour"}),
        lambda p: p.community.campaigns.update(words="Autre"),
    ),
    "preparation of the annual evaluation changed": Act(
        fill("evaluations:edit_campaign", {"words": "Bonjour"}, of="campaign"),
        lambda p: p.community.campaigns.update(last_written_at=timezone.now()),
    ),
    "preparation of the annual evaluation deleted": Act(delete_campaign),
    "words to the members": Act(
        words_to_members, lambda p: p.community.reports.update(published_at=timezone.now(), version=1)
    ),
    "report worded": Act(write_report, lambda p: p.community.reports.update(published_at=timezone.now(), version=1)),
    "outcome recorded": Act(
        fill("communities:add_outcome", {"kind": "project", "title": "Une fête des voisins"}),
        lambda p: p.community.outcomes.filter(title="Une fête des voisins").update(title="Autre"),
    ),
    "need recorded": Act(
        lambda p: submit(p.client, p.at("communities:add_need"), {"what": "Une salle", "needed_by": f"m{p.member.pk}"}),
        lambda p: make.a_party(p.community.needs.get(what="Une salle"), p.other.organisation),
    ),
    "practice card recorded": Act(
        fill("communities:add_practice", {"title": "Appeler la veille", "done": "Un appel"}),
        lambda p: p.community.practice_cards.filter(title="Appeler la veille").update(title="Autre"),
    ),
    "parent’s consent": Act(
        fill(
            "communities:parental_consent",
            {"parent_name": "Ève Roy", "signed_on": "2026-01-15", "received_as": "paper"},
            of="member",
        ),
        lambda p: ParentalConsent.objects.update(received_as="email"),
    ),
    "meetings planned": Act(
        plan_two, lambda p: make.a_topic(p.community, meeting=p.community.meetings.latest("starts_at"))
    ),
    "logistics": Act(fill("meetings:logistics", {"room": "Deuxième étage"}, of="meeting")),
}


@pytest.mark.parametrize("name", ACTS)
def test_one_press_undoes_it(place, name):
    settled(place, name)
    before = everything()

    done = ACTS[name].do(place)

    assert done.status_code == 302, on_one_line(done)[:3000]
    client = place.philippe if name in OF_THE_COORDINATION else place.client
    page = client.get(done["Location"])
    after = everything()
    assert after != before, "the control: something was done"
    undone = undoing_on(page).press(client)
    assert undone.status_code == 302
    kept = {key: value for key, value in everything().items() if key in before or key in after}
    assert kept == before
    assert client.get(undone["Location"]).status_code == 200


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.meanwhile])
def test_it_is_not_undone_over_what_a_colleague_did_since(place, name):
    settled(place, name)
    client = place.philippe if name in OF_THE_COORDINATION else place.client
    page = client.get(ACTS[name].do(place)["Location"])
    ACTS[name].meanwhile(place)
    theirs = everything()

    undone = undoing_on(page).press(client)

    assert everything() == theirs
    assert "meanwhile" in (said := on_one_line(client.get(undone["Location"]))) or "entre-temps" in said


def settled(place, name):
    """What an act needs to be there first, so that it alone is compared."""
    if name == "warning taken up again":
        dismiss(place.community, Alert("turnout", "Les présences baissent"), "Été", by=None)
    if name == "Word template removed":
        make.a_word_template(place.community.programme)
    if name == "somebody joins a need":
        make.a_member(place.community)
    if name == "co-facilitation, prepared together":
        later = place.meeting.starts_at + dt.timedelta(days=20)
        type(place.meeting).objects.filter(pk=place.meeting.pk).update(starts_at=later, ends_at=later + HOUR)
    if name.startswith("rules"):
        operating_rules.ensure_version(place.community)
    if name in ("groups arranged", "groups removed"):
        breakouts.propose_groups(place.meeting, breakouts.Way.RANDOM, 2)
        place.groups = list(place.meeting.groups.all())
    if name == "follow-up drafted again":
        FollowUp.write(place.held, text="Merci", version=1)
    if name.startswith("preparation of"):
        place.campaign = make.a_campaign(place.community)


def test_whoever_lost_the_right_undoes_nothing(place):
    page = place.client.get(remove_part("group", "subgroup")(place)["Location"])
    place.community.role_assignments.filter(user__first_name="Sandrine").update(ended_at=timezone.now())

    assert undoing_on(page).press(place.client).status_code in (403, 404)
    assert not place.community.sub_groups.exists()


def test_what_another_person_did_is_not_theirs_to_undo(place):
    """The key of the one opens nothing for the other, though both lead."""
    page = place.client.get(remove_part("group", "subgroup")(place)["Location"])

    undoing_on(page).press(place.philippe)

    assert not place.community.sub_groups.exists()


def test_the_anonymity_threshold_is_never_put_back_lower(place):
    editing = place.at("communities:edit")
    submit(place.client, editing, {"anonymity_threshold": "8"})

    page = place.client.get(place.at("communities:detail"))
    assert 'class="message success"' in page.content.decode(), "it is saved, and said"
    assert Community.objects.get(pk=place.community.pk).anonymity_threshold == 8
    assert not [button for form in forms_on(page) for button in form.buttons if button.name == "undo"]


def test_nothing_that_was_erased_comes_back(place):
    page = place.client.get(remove_part("group", "subgroup")(place)["Location"])
    AuditLine.objects.create(action=Action.ERASED, details={})

    answer = undoing_on(page).press(place.client)

    assert "Il est trop tard pour annuler" in on_one_line(place.client.get(answer["Location"]))
    assert not place.community.sub_groups.exists()


def test_undoing_is_written_in_the_audit_log(place):
    page = place.client.get(withdraw(place)["Location"])

    undoing_on(page).press(place.client)

    line = AuditLine.objects.filter(action=Action.ROLE_GIVEN).latest("pk")
    assert line.details["undone"] is True
    assert place.karim.role_assignments.get().ended_at is None


def test_the_undoing_of_a_page_opened_twice_is_one(place):
    page = place.client.get(remove_part("group", "subgroup")(place)["Location"])
    undoing_on(page).press(place.client)

    undoing_on(page).press(place.client)

    assert [g.members.count() for g in place.community.sub_groups.all()] == [2]


def test_what_the_neighbour_has_is_untouched(place):
    Need.objects.filter(community=place.community).delete()
    assert Party.objects.count() == 0
    assert Community.objects.get(name="Voisine").needs.count() == 1


# ---------------------------------------------------------------- what is said without « Undo », and why

SENT = "somebody was written to"
PUBLISHED = "published, or taken off"
DESTROYED = "destroyed, after one was asked"
UNDOING = "this is the undoing itself"
BESIDE = "what does the contrary stands on the page that follows"
OWN = "one’s own, on the page where it is changed again"
REGISTER = "a register that the law asks for: a line is corrected, never taken back"
LATER = "left for later: it writes in many places"
OF_THE_COORDINATION = {"community archived", "programme described", "Word template sent", "Word template removed"}
NOT_UNDONE = {
    "accounts.web.views": OWN,
    "outbox.web.views": OWN,
    "communities.web.charter.views.propose_objective": OWN,
    "communities.web.charter.views.remind_rules": SENT,
    "communities.web.community.communities.create_community": LATER,
    "communities.web.duplicates.merge": "undone for a day, by its own journal",
    "communities.web.duplicates.keep_apart": BESIDE,
    "communities.web.duplicates.undo_merge": UNDOING,
    "communities.web.lifecycle.views.open_draft": SENT,
    "communities.web.lifecycle.views.delete_draft": DESTROYED,
    "communities.web.lifecycle.views.propose_draft": SENT,
    "communities.web.lifecycle.views.hand_over": "undone the same day, by its own journal",
    "communities.web.lifecycle.views.undo_hand_over": UNDOING,
    "communities.web.lifecycle.views.invite_alumni": SENT,
    "communities.web.members.introductions.introductions": SENT,
    "communities.web.members.people.change_members": SENT,
    "communities.web.members.people.add_member": LATER,
    "communities.web.organisations.views": LATER,
    "communities.web.outcomes.outcomes.restore_entry": UNDOING,
    "communities.web.privacy": REGISTER,
    "communities.web.recruitment.expectations.tell_common_needs": SENT,
    "communities.web.recruitment.recruitment.invite_members": SENT,
    "communities.web.recruitment.recruitment.turn_down": DESTROYED,
    "communities.web.recruitment.selection._edit": LATER,
    "communities.web.recruitment.selection.score": OWN,
    "communities.web.recruitment.selection.decide": BESIDE,
    "communities.web.recruitment.selection.letters": SENT,
    "communities.web.roles.views.edit_roles": SENT,
    "communities.web.roles.views._withdraw": "nobody gives a role to themselves",
    "communities.web.testimonials.gallery.ask": SENT,
    "communities.web.testimonials.gallery.edit": SENT,
    "communities.web.testimonials.gallery.use": SENT,
    "communities.web.testimonials.given": OWN,
    "communities.web.undo": UNDOING,
    "evaluations.web.campaigns.campaigns.edit": SENT,
    "evaluations.web.campaigns.campaigns.open_to_all": SENT,
    "evaluations.web.campaigns.campaigns.launch": SENT,
    "evaluations.web.campaigns.campaigns.take_back_launch": UNDOING,
    "evaluations.web.campaigns.campaigns.mark_read": PUBLISHED,
    "evaluations.web.campaigns.ballots.news": OWN,
    "evaluations.web.campaigns.together._launch": SENT,
    "evaluations.web.follow_ups.conversation": OWN,
    "evaluations.web.follow_ups.views": "what undoing puts back is kept as plain text (decision 191)",
    "evaluations.web.manager_opinions": SENT,
    "evaluations.web.reports.reports.publish_report": PUBLISHED,
    "evaluations.web.self_assessment.assess_oneself": OWN,
    "evaluations.web.settings_export.apply_models": LATER,
    "evaluations.web.settings_export.undo_copied_community": UNDOING,
    "evaluations.web.surveys.aloud.key_aloud": DESTROYED,
    "evaluations.web.surveys.surveys.keep_topic": BESIDE,
    "meetings.web.agenda.views.edit_agenda": "nothing was changed",
    "meetings.web.attendance.attendance_import.apply_attendance": BESIDE,
    "meetings.web.attendance.attendance_import.undo_attendance": UNDOING,
    "meetings.web.feeds": DESTROYED,
    "meetings.web.followup.afterwards.complete": LATER,
    "meetings.web.followup.afterwards.reflect": OWN,
    "meetings.web.followup.afterwards.publish_minutes": PUBLISHED,
    "meetings.web.followup.afterwards.say_why": OWN,
    "meetings.web.followup.afterwards._stay_or_go": OWN,
    "meetings.web.followup.follow_up._taken_back": UNDOING,
    "meetings.web.followup.follow_up": SENT,
    "meetings.web.invitations.icebreaker.make_topic": BESIDE,
    "meetings.web.invitations.invitations._not_later": UNDOING,
    "meetings.web.invitations.invitations._taken_back": UNDOING,
    "meetings.web.invitations.invitations._say_sent": SENT,
    "meetings.web.invitations.mails": SENT,
    "meetings.web.meeting_page.changing._say_changed": SENT,
    "meetings.web.meeting_page.changing.cancel_meeting": SENT,
    "meetings.web.meeting_page.changing.undo_copy": UNDOING,
    "meetings.web.member_page": OWN,
    "meetings.web.polls.polls": SENT,
    "meetings.web.portal": OWN,
    "meetings.web.preparation.preparation.apply_agenda": UNDOING,
    "meetings.web.recordings.show_recording": "each person present is asked at once",
    "meetings.web.recordings.destroy_recording": DESTROYED,
}


def said_without_undo():
    """Functions of pages that say that something is done, and offer no « Undo » beside it."""
    root = Path(__file__).resolve().parent.parent
    for path in sorted(root.glob("*/web/**/*.py")):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        for function in ast.walk(ast.parse(path.read_text())):
            calls = ast.walk(function) if isinstance(function, ast.FunctionDef) else ()
            if any(isinstance(call, ast.Call) and ast.unparse(call.func) == "messages.success" for call in calls):
                yield f"{module}.{function.name}"


def test_each_act_that_is_not_undone_says_why():
    said = set(said_without_undo())

    unexplained = {one for one in said if not any(one == key or one.startswith(f"{key}.") for key in NOT_UNDONE)}
    stale = {key for key in NOT_UNDONE if not any(one == key or one.startswith(f"{key}.") for one in said)}

    assert not unexplained, "offer « Undo » (`say_undoable`), or say why not"
    assert not stale
