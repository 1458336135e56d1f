"""Boring on purpose: one of each thing, with the least that makes it valid."""

import datetime as dt
import io
import itertools

from django.utils import timezone
from docx import Document

from accounts.models import User
from cmtl import parts
from communities.models import (
    Application,
    BudgetLine,
    Call,
    Community,
    DismissedAlert,
    Incident,
    JoinInvitation,
    Membership,
    Need,
    Objective,
    ObjectiveProposal,
    Organisation,
    Outcome,
    Partner,
    Party,
    PracticeCard,
    Programme,
    Referral,
    ResourcePerson,
    Role,
    RoleAssignment,
    Rule,
    RulesVersion,
    SubGroup,
    Testimonial,
    TestimonialConsent,
    WordTemplate,
    profiles,
)
from evaluations.domain.follow_ups import requests
from evaluations.domain.surveys import questionnaires
from evaluations.models import (
    Campaign,
    CommentBatch,
    CommunityArchive,
    ConversationRequest,
    IndividualFollowUp,
    Influence,
    ManagerOpinion,
    OfferedTime,
    OwnQuestion,
    Questionnaire,
)
from meetings.domain.live import live_session
from meetings.models import (
    AgendaItem,
    AgendaModel,
    Attendance,
    DatePoll,
    FollowUp,
    Improvement,
    Invitation,
    Meeting,
    Minutes,
    Note,
    ProposedDate,
    Topic,
    Training,
)

_number = itertools.count(1)


def a_person(first_name="Alex", last_name="", **fields) -> User:
    n = next(_number)
    last_name = last_name or f"Tremblay{n}"
    fields.setdefault("email", f"personne{n}@exemple.quebec")
    return User.objects.create_user(first_name=first_name, last_name=last_name, **fields)


def a_programme(name="", **fields) -> Programme:
    return Programme.objects.create(name=name or f"Programme {next(_number)}", **fields)


def a_word_document(header="") -> bytes:
    """As Word saves it: words of its own, and a header where one is given."""
    document, written = Document(), io.BytesIO()
    document.add_paragraph("Écrivez ici.")
    document.sections[0].header.paragraphs[0].text = header
    document.save(written)
    return written.getvalue()


def a_word_template(programme, header="") -> WordTemplate:
    content = a_word_document(header)
    return WordTemplate.objects.create(
        programme=programme, content=content, name="papier.docx", sent_on=timezone.localdate()
    )


def a_community(name="", profile=profiles.Profile.OPEN, **fields) -> Community:
    fields = {**profiles.PRESETS[profile].policies(), "status": Community.Status.ACTIVE, **fields}
    return parts.create(Community, name=name or f"Communauté {next(_number)}", profile=profile, **fields)


def a_role(user, role=Role.FACILITATOR, **scope) -> RoleAssignment:
    return RoleAssignment.objects.create(user=user, role=role, **scope)


def a_member(community, user=None, *, organisation="", **fields) -> Membership:
    fields.setdefault("joined_on", dt.date(2024, 1, 15))
    return Membership.objects.create(
        community=community,
        user=user or a_person(),
        organisation=Organisation.named(organisation) if organisation else None,
        **fields,
    )


PARTS_OF_MEETING: dict[str, tuple[type[parts.Part], str]] = {  # by the names that tests give them
    "follow_up": (FollowUp, "text"),
    "followed_up_at": (FollowUp, "sent_at"),
    **{name: (Training, name) for name in Training.FIELDS},
    "invitation_words": (Invitation, "words"),
    "warm_up": (Invitation, "warm_up"),
    "synthesis": (Minutes, "synthesis"),
    "minutes_level": (Minutes, "level"),
    "minutes_published_at": (Minutes, "published_at"),
}


def a_meeting(community, starts_at=None, **fields) -> Meeting:
    starts_at = starts_at or timezone.now() + dt.timedelta(days=3)
    fields.setdefault("ends_at", starts_at + dt.timedelta(minutes=60))
    own = {name: fields.pop(name) for name in list(fields) if name not in PARTS_OF_MEETING}
    meeting = Meeting.objects.create(community=community, starts_at=starts_at, **own)
    say_of(meeting, **fields)
    return meeting


def say_of(meeting, **fields) -> None:
    """Written behind everyone's back, in its own row or in those of its parts."""
    own = {name: fields.pop(name) for name in list(fields) if name not in PARTS_OF_MEETING}
    Meeting.objects.filter(pk=meeting.pk).update(**own) if own else None
    for name, value in fields.items():
        part, field = PARTS_OF_MEETING[name]
        part.write(meeting, **{field: value})


def under_way_with_a_choice(meeting) -> Meeting:
    """Its welcome is open; then come the choice, the exchange and the evaluation."""
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60), title="")
    for n, (kind, minutes) in enumerate([("welcome", 5), ("topics", 10), ("exchange", 40), ("evaluation", 5)]):
        AgendaItem.objects.create(meeting=meeting, kind=kind, title=f"Bloc {n}", minutes=minutes, position=n)
    live_session.start(Meeting.objects.get(pk=meeting.pk))
    return Meeting.objects.get(pk=meeting.pk)


def a_date_poll(community, *, days=(10, 17), **fields) -> DatePoll:
    """With one proposed date per number of days from now, not mailed to anyone."""
    poll = DatePoll.objects.create(community=community, **{"minutes": 60, **fields})
    for n in days:
        ProposedDate.objects.create(poll=poll, starts_at=timezone.now() + dt.timedelta(days=n))
    return poll


def an_attendance(meeting, membership, status=Attendance.Status.PRESENT, **fields) -> Attendance:
    return Attendance.objects.create(meeting=meeting, membership=membership, status=status, **fields)


def a_topic(community, title="", **fields) -> Topic:
    return Topic.objects.create(community=community, title=title or f"Sujet {next(_number)}", **fields)


def a_note(meeting, text="", **fields) -> Note:
    return Note.objects.create(meeting=meeting, text=text or f"Note {next(_number)}", **fields)


def an_objective(community, wording="", **fields) -> Objective:
    fields.setdefault("kind", Objective.Kind.LINKS)
    return Objective.objects.create(community=community, wording=wording or f"Objectif {next(_number)}", **fields)


def an_opinion(membership, **fields) -> ManagerOpinion:
    """Asked of the manager, and not answered yet."""
    told = {"manager_name": "Gisèle Patenaude", "manager_email": "gisele@exemple.quebec"}
    questionnaire = questionnaires.current(Questionnaire.Code.ORGANISATION)
    return ManagerOpinion.objects.create(membership=membership, questionnaire=questionnaire, **{**told, **fields})


def a_campaign(community, **fields) -> Campaign:
    """Prepared, for three weeks from today."""
    today = timezone.localdate()
    dates = {"year": today.year, "opens_on": today, "closes_on": today + dt.timedelta(days=21)}
    return Campaign.objects.create(community=community, **{**dates, **fields})


def an_improvement(community, wording="Commencer à l’heure", **fields) -> Improvement:
    if fields.get("state") in Improvement.DECIDED:
        fields.setdefault("done_on", timezone.localdate())
    return Improvement.objects.create(community=community, wording=wording, **fields)


def a_follow_up(membership, author, notes="Elle hésite à parler en grand groupe.", **fields) -> IndividualFollowUp:
    if fields.get("state") == IndividualFollowUp.State.HELD:
        fields.setdefault("on", timezone.localdate())
    return IndividualFollowUp.objects.create(
        community=membership.community, membership=membership, author=author, notes=notes, **fields
    )


def a_request(membership, words="", days_ago=2, **fields) -> ConversationRequest:
    """For a conversation; unless said, of a day that is told at any hour. Read by those who facilitate now."""
    asked_on = timezone.localdate() - dt.timedelta(days=days_ago)
    request = ConversationRequest.objects.create(membership=membership, words=words, asked_on=asked_on, **fields)
    request.readers.set(requests.readers_of(membership))
    return request


def a_time(follow_up, days=3, **fields) -> OfferedTime:
    """For a conversation, in so many days."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
    fields = {"starts_at": start, "mode": "phone", "where": "514 555-0123"} | fields
    return OfferedTime.objects.create(follow_up=follow_up, **fields)


def released_comments(community, *texts) -> CommentBatch:
    """Shown together, as a closing releases them."""
    said = texts or ("Commencer à l’heure", "Moins de nouvelles", "Plus de pauses", "Merci!", "Un micro de plus")
    return CommentBatch.objects.create(community=community, texts=sorted(said))


def an_influence(community, by, text="Une salle prêtée par la bibliothèque", kind="helped", **fields) -> Influence:
    return Influence.objects.create(community=community, by=by, text=text, kind=kind, **fields)


def a_testimonial(membership, text="Je ne suis plus seule.", uses=("recruitment",), named="full", **fields):
    """In force for two years; `shown` are the uses it is chosen for."""
    shown = fields.pop("shown", ())
    fields = {"ends_on": timezone.localdate() + dt.timedelta(days=730), **fields}
    if named == "full" and membership.organisation:
        fields.setdefault("signed_for", membership.organisation.name)
    given = Testimonial.objects.create(membership=membership, text=text, named=named, **fields)
    for use in uses:
        day = timezone.localdate() if use in shown else None
        TestimonialConsent.objects.create(testimonial=given, use=use, language="fr-ca", shown_on=day)
    return given


def an_own_question(community, wording="Notre jumelage nous rapproche.", **fields) -> OwnQuestion:
    number = 1 + community.own_questions.count()
    return OwnQuestion.objects.create(community=community, wording_fr=wording, **{"number": number, **fields})


def a_resource_person(community, name="", **fields) -> ResourcePerson:
    return ResourcePerson.objects.create(community=community, name=name or f"Ressource {next(_number)}", **fields)


def a_warning_set_aside(community, code="in_person", **fields) -> DismissedAlert:
    fields.setdefault("reason", "Le groupe préfère le virtuel")
    return DismissedAlert.objects.create(community=community, code=code, **fields)


def a_rule(community, text="", **fields) -> Rule:
    fields.setdefault("theme", Rule.Theme.RESPECT)
    return Rule.objects.create(community=community, text=text or f"Règle {next(_number)}", **fields)


def a_rules_version(community, **fields) -> RulesVersion:
    """A rule that applies, adopted as the next version."""
    fields = {"number": community.rules_versions.count() + 1, **fields}
    rule = a_rule(community)
    return RulesVersion.objects.create(community=community, texts=[{"theme": rule.theme, "text": rule.text}], **fields)


def a_proposed_objective(community, by, wording="", **fields) -> ObjectiveProposal:
    fields.setdefault("kind", Objective.Kind.LINKS)
    wording = wording or f"Objectif proposé {next(_number)}"
    return ObjectiveProposal.objects.create(community=community, by=by, wording=wording, **fields)


def an_outcome(community, title="", **fields) -> Outcome:
    fields.setdefault("kind", Outcome.Kind.PROJECT)
    return Outcome.objects.create(community=community, title=title or f"Retombée {next(_number)}", **fields)


def a_need(community, what="", **fields) -> Need:
    return Need.objects.create(community=community, what=what or f"Besoin {next(_number)}", **fields)


def a_party(need, who, side=Party.Side.NEEDS, **fields) -> Party:
    """`who` is an organisation or a membership."""
    name = "membership" if isinstance(who, Membership) else "organisation"
    return Party.objects.create(need=need, side=side, **{name: who}, **fields)


def a_practice_card(community, title="", **fields) -> PracticeCard:
    fields.setdefault("done", "Téléphoner la veille")
    return PracticeCard.objects.create(community=community, title=title or f"Fiche {next(_number)}", **fields)


def a_partner(community, organisation="Concertation Montréal", role=Partner.Role.CO_ORGANISER, **fields) -> Partner:
    organisation = Organisation.named(organisation)
    return Partner.objects.create(community=community, organisation=organisation, role=role, **fields)


def a_budget_line(community, label="Salle", **fields) -> BudgetLine:
    fields.setdefault("category", BudgetLine.Category.ROOM)
    return BudgetLine.objects.create(community=community, label=label, **fields)


def a_sub_group(community, name="", *, members=(), **fields) -> SubGroup:
    group = SubGroup.objects.create(community=community, name=name or f"Sous-groupe {next(_number)}", **fields)
    group.members.set(members)
    return group


def an_archive(community, **fields) -> CommunityArchive:
    """Made and ready, without its file."""
    fields.setdefault("built_at", timezone.now())
    return CommunityArchive.objects.create(community=community, **fields)


def a_join_invitation(membership, **fields) -> JoinInvitation:
    return JoinInvitation.objects.create(membership=membership, **fields)


def a_referral(by, **fields) -> Referral:
    return Referral.objects.create(by=by, **fields)


def a_call(community, *, readers=(), criteria=(("Motivation", 1), ("Diversité des milieux", 2)), **fields) -> Call:
    """Open since yesterday, for a month."""
    today = timezone.localdate()
    fields = {"title": f"Appel {next(_number)}", "text": "Six rencontres dans l’année.", **fields}
    fields.setdefault("opens_on", today - dt.timedelta(days=1))
    fields.setdefault("closes_on", today + dt.timedelta(days=30))
    call = Call.objects.create(community=community, **fields)
    call.readers.set(readers)
    for position, (wording, weight) in enumerate(criteria):
        call.criteria.create(wording=wording, weight=weight, position=position)
    return call


def an_application(call, first_name="Rosalie", **fields) -> Application:
    fields = {"last_name": "Gagnon", "motivation": "Pour apprendre", **fields}
    fields.setdefault("email", f"candidature{next(_number)}@exemple.quebec")
    return Application.objects.create(call=call, first_name=first_name, **fields)


def an_agenda_model(community, name="", **fields) -> AgendaModel:
    planned = [("exchange", "Échanges", 50), ("evaluation", "Avis", 5)]
    fields.setdefault("blocks", [{"kind": kind, "title": title, "minutes": n} for kind, title, n in planned])
    return AgendaModel.objects.create(community=community, name=name or f"Modèle {next(_number)}", **fields)


def an_incident(**fields) -> Incident:
    told = {
        "information": "Noms et adresses d’une liste de membres",
        "circumstances": "Une liste envoyée à une mauvaise adresse",
        "known_on": timezone.localdate(),
        "sensitivity": "Peu sensible",
        "consequences": "Des courriels non sollicités",
        "likelihood": "Faible : la personne a effacé le fichier",
        "is_serious": False,
    }
    return Incident.objects.create(**{**told, **fields})
