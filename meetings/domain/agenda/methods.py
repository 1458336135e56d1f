"""A library of ways to meet, ready to lay a meeting out: each is a list of blocks, fitted to its length."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaItem

Kind = AgendaItem.Kind
Words = str | Promise


@dataclass(frozen=True)
class MethodBlock:
    kind: str
    title: Words
    minutes: int
    method: Words = ""


WELCOME = MethodBlock(Kind.WELCOME, _("Welcome and attendance"), 5)
EVALUATION = MethodBlock(Kind.EVALUATION, _("Evaluation"), 5)


@dataclass(frozen=True)
class Method:
    """`middle` is what happens between the welcome and the evaluation."""

    code: str
    name: Words
    says: Words
    middle: tuple[MethodBlock, ...]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """In the language of whoever lays the meeting out."""
        return [
            {"kind": b.kind, "title": str(b.title), "minutes": b.minutes, "method": str(b.method)}
            for b in (WELCOME, *self.middle, EVALUATION)
        ]


METHODS = (
    Method(
        "round",
        _("Round, then discussion"),
        _("6 to 20 people, when everybody has something to tell."),
        (
            MethodBlock(Kind.FRAME, _("Purpose and rules"), 5),
            MethodBlock(
                Kind.EXCHANGE, _("Round: what each one lives"), 20, _("Two minutes each, nobody is interrupted")
            ),
            MethodBlock(Kind.EXCHANGE, _("Discussion"), 15, _("From what came back most often")),
            MethodBlock(Kind.SYNTHESIS, _("What we keep"), 5),
            MethodBlock(Kind.NEXT, _("Next steps"), 5),
        ),
    ),
    Method(
        "codevelopment",
        _("Codevelopment"),
        _("5 to 9 people, around a situation one of them is facing."),
        (
            MethodBlock(Kind.EXCHANGE, _("The situation"), 7, _("The client tells it, the others listen")),
            MethodBlock(Kind.EXCHANGE, _("Questions to understand"), 10, _("Facts only, no advice yet")),
            MethodBlock(Kind.EXCHANGE, _("What the client asks for"), 3),
            MethodBlock(Kind.EXCHANGE, _("Consultation"), 18, _("Ideas and experience; the client takes notes")),
            MethodBlock(Kind.SYNTHESIS, _("What the client will try"), 7),
            MethodBlock(Kind.NEXT, _("What each one takes away"), 5),
        ),
    ),
    Method(
        "1-2-4",
        _("1-2-4-All"),
        _("8 to 40 people, to find many ideas without a few voices taking over."),
        (
            MethodBlock(Kind.FRAME, _("The question"), 5),
            MethodBlock(Kind.EXCHANGE, _("Alone"), 5, _("In writing, in silence")),
            MethodBlock(Kind.EXCHANGE, _("In pairs"), 8),
            MethodBlock(Kind.EXCHANGE, _("In fours"), 12, _("Agree on the idea that stands out")),
            MethodBlock(Kind.SYNTHESIS, _("All together"), 15, _("One idea a group")),
            MethodBlock(Kind.NEXT, _("Next steps"), 5),
        ),
    ),
    Method(
        "cafe",
        _("World café"),
        _("12 to 40 people, several questions: one table each, and people move."),
        (
            MethodBlock(Kind.FRAME, _("The questions and the tables"), 5),
            MethodBlock(Kind.EXCHANGE, _("First table"), 13, _("A host stays and notes")),
            MethodBlock(Kind.EXCHANGE, _("Second table"), 12, _("The host says what was said before")),
            MethodBlock(Kind.EXCHANGE, _("Third table"), 10),
            MethodBlock(Kind.SYNTHESIS, _("Harvest"), 10, _("Each host, two minutes")),
        ),
    ),
    Method(
        "practice",
        _("A practice that works"),
        _("6 to 20 people: somebody shows what they do, the others adapt it."),
        (
            MethodBlock(Kind.EXCHANGE, _("The practice, by whoever does it"), 12),
            MethodBlock(Kind.EXCHANGE, _("Questions"), 10),
            MethodBlock(
                Kind.EXCHANGE, _("And in our place?"), 18, _("In threes: what would change, what would be needed")
            ),
            MethodBlock(Kind.SYNTHESIS, _("What we keep"), 5),
            MethodBlock(Kind.NEXT, _("Who tries what"), 5),
        ),
    ),
    Method(
        "decide",
        _("Decide together"),
        _("4 to 15 people, when a choice has to be made today."),
        (
            MethodBlock(Kind.FRAME, _("What has to be decided"), 5),
            MethodBlock(Kind.EXCHANGE, _("Options and criteria"), 15),
            MethodBlock(Kind.EXCHANGE, _("Reactions"), 12, _("One round, no debate")),
            MethodBlock(Kind.EXCHANGE, _("Objections and adjustments"), 10),
            MethodBlock(Kind.NEXT, _("Decision, who does what"), 8),
        ),
    ),
)
BY_CODE = {method.code: method for method in METHODS}
