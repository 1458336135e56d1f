"""The models of a community as one file: operating rules, agenda, questionnaire. Partners take them and send theirs.

A file is read as a stranger's: its size, its format, its version and the type of each thing are checked before
anything of it is shown, and nothing is written before somebody presses. Questions are the same in all communities, so
that years and communities compare: those of a file are compared with ours, never put in their place.
"""

import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.charter import operating_rules
from communities.domain.community import copying
from communities.models import Community, Policies, Rule
from evaluations.domain.surveys import own_questions
from evaluations.models import OwnQuestion, Question, Questionnaire
from meetings.models import AgendaItem, AgendaModel

FORMAT, VERSION = "cmtl-models", 1
MAX_BYTES = 200_000
UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]"
)  # halves of signs too, which nothing can write
MOST = {"rules": 30, "agenda": 30, "questions": 60}


@dataclass
class Models:
    """What a file holds, once checked."""

    community: str
    rules: list[dict[str, str]] = field(default_factory=list)
    agenda: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)

    def as_text(self) -> str:
        """What the preview sends back; read again with the same care."""
        parts = {"format": FORMAT, "version": VERSION, "community": self.community}
        return json.dumps({**parts, "rules": self.rules, "agenda": self.agenda}, ensure_ascii=False)


def export(community: Community) -> dict[str, Any]:
    latest = Questionnaire.objects.filter(code=Questionnaire.Code.MEETING).order_by("-version").first()
    fields = ("code", "scale", "wording_fr", "wording_en", "individual_fr", "individual_en", "options")
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_on": timezone.localdate().isoformat(),
        "community": community.name,
        "rules": [{"theme": r.theme, "text": r.text} for r in community.rules.filter(is_active=True)],
        "agenda": agenda_of(community),
        "questions": list(latest.questions.values(*fields)) if latest else [],
    }


@transaction.atomic
def copy_community(community: Community, key: uuid.UUID, by: User) -> Community:
    """With its own questions, and the agendas kept under a name, which belong to meetings. Pressed again, the copy
    stays as it was made."""
    if made := copying.copied(community, key):
        return made
    made = copying.copy_settings(community, key, by)
    known = set(made.agenda_models.values_list("name", flat=True))
    AgendaModel.objects.bulk_create(
        AgendaModel(community=made, name=model.name, blocks=model.blocks)
        for model in community.agenda_models.all()
        if model.name not in known
    )
    OwnQuestion.objects.bulk_create(own_questions.copies(community, made))
    return made


def agenda_of(community: Community) -> list[dict[str, Any]]:
    """The model agenda or, while there is none, that of the latest meeting."""
    if model := Policies.of(community).agenda_model:
        return model
    latest = community.meetings.filter(cancelled_at=None, agenda__isnull=False).order_by("-starts_at").first()
    blocks = latest.agenda.all() if latest else []
    return [{"kind": block.kind, "title": block.title, "minutes": block.minutes} for block in blocks]


def parse_models(content: bytes) -> Models:
    """What the file holds, or sentences that say what is wrong with it."""
    if len(content) > MAX_BYTES:
        raise ValidationError(_("This file is too large: 200 kB at most."))
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ValidationError(_("This file is not JSON: send the one that « Export our models » makes.")) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValidationError(_("This file does not hold models of a community of practice."))
    if found.get("version") != VERSION:
        raise ValidationError(_("This file comes from another version, which is not read here."))
    community = found.get("community")
    return Models(
        community=UNPRINTABLE.sub("", community)[:120] if isinstance(community, str) else "",
        rules=[_rule(row) for row in _rows(found, "rules")],
        agenda=[_block(row) for row in _rows(found, "agenda")],
        questions=[_question(row) for row in _rows(found, "questions")],
    )


def _rows(found: dict, part: str) -> list[dict]:
    rows = found.get(part, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValidationError(_("The part « %(part)s » of this file is not a list.") % {"part": part})
    if len(rows) > MOST[part]:
        raise ValidationError(
            _("The part « %(part)s » of this file is too long: %(n)s lines at most.") % {"part": part, "n": MOST[part]}
        )
    return rows


def _rule(row: dict) -> dict[str, str]:
    return {"theme": _one_of(row, "theme", Rule.Theme.values, "rules"), "text": _text(row, "text", 400, "rules")}


def _block(row: dict) -> dict[str, Any]:
    minutes = row.get("minutes")
    if type(minutes) is not int or not 1 <= minutes <= 480:
        raise _wrong("agenda", "minutes")
    kind = _one_of(row, "kind", AgendaItem.Kind.values, "agenda")
    return {"kind": kind, "title": _text(row, "title", 160, "agenda"), "minutes": minutes}


def _question(row: dict) -> dict[str, str]:
    return {
        "code": _text(row, "code", 6, "questions"),
        "fr": _text(row, "wording_fr", 300, "questions"),
        "en": _text(row, "wording_en", 300, "questions"),
    }


def _text(row: dict, name: str, longest: int, part: str) -> str:
    text = row.get(name)
    if not isinstance(text, str) or not text.strip() or len(text) > longest or UNPRINTABLE.search(text):
        raise _wrong(part, name)
    return re.sub(r"[ \t\r\n]+", " ", text).strip()  # French keeps its narrow spaces


def _one_of(row: dict, name: str, known: list[str], part: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or value not in known:
        raise _wrong(part, name)
    return value


def _wrong(part: str, name: str) -> ValidationError:
    return ValidationError(
        _("In the part « %(part)s » of this file, « %(name)s » is missing or is not what is expected.")
        % {"part": part, "name": name}
    )


def new_rules(models: Models, community: Community) -> list[bool]:
    """For each rule of the file, whether the community lacks it."""
    ours = {(rule.theme, rule.text) for rule in community.rules.filter(is_active=True)}
    return [(rule["theme"], rule["text"]) not in ours for rule in models.rules]


def other_questions(models: Models) -> list[dict[str, str]]:
    """The questions of the file that are not word for word ours; `ours` is empty where we have none of that code."""
    ours = {q.code: q for q in Question.objects.order_by("questionnaire__version")}
    rows = []
    for question in models.questions:
        mine = ours.get(question["code"])
        if mine is None or (mine.wording_fr, mine.wording_en) != (question["fr"], question["en"]):
            rows.append(
                {**question, "ours_fr": mine.wording_fr if mine else "", "ours_en": mine.wording_en if mine else ""}
            )
    return rows


@transaction.atomic
def apply_settings(community: Community, models: Models, *, rules: set[int], agenda: bool, by: User) -> int:
    """Add the chosen rules that are not there, adopt them, and keep the agenda as the model; says how many rules."""
    Community.objects.select_for_update().get(pk=community.pk)
    wanted = [
        rule
        for n, (rule, is_new) in enumerate(zip(models.rules, new_rules(models, community), strict=True))
        if n in rules and is_new
    ]
    if wanted:
        operating_rules.ensure_version(community)
        last = max(community.rules.values_list("position", flat=True), default=-1)
        for n, rule in enumerate(wanted, last + 1):
            community.rules.create(position=n, **rule)
        operating_rules.adopt(community, by=by, minor=False)
    if wanted or (agenda and models.agenda):
        audit.write(Action.SETTINGS_CHANGED, by=by, about=community, community=community, part="models")
    if agenda and models.agenda:
        Policies.write(community, agenda_model=models.agenda)
    return len(wanted)
