"""The nine qualities of a facilitator, as the guide lists them (p. 14), each turned into things one can check before a
meeting; how often one has each is asked of oneself once a year (`evaluations.domain.self_assessment`). Codes are kept
in the database: a check that is reworded keeps its code, another thing gets another one."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Check:
    code: str
    label: str | Promise


@dataclass(frozen=True)
class Quality:
    code: str
    wording: str | Promise
    checks: tuple[Check, ...]


QUALITIES = (
    Quality(
        "preparation",
        _("Being well prepared (mastering the topics and knowing the group)"),
        (
            Check("topics", _("I have read enough about each topic to start the discussion again if it stops.")),
            Check("group", _("I know who is coming, who comes for the first time and what each one asked for.")),
        ),
    ),
    Quality(
        "setting",
        _("Knowing how to set the table (objective, topic, rules, etc.)"),
        (Check("opening", _("I can say the objective, the topic and the rules in two minutes.")),),
    ),
    Quality(
        "synthesis",
        _("Being able to sum up what people say and bring out the key points"),
        (Check("synthesis", _("There is time for the synthesis, and somebody else takes the notes.")),),
    ),
    Quality(
        "participation",
        _("Encouraging everybody to take part and managing speaking time"),
        (Check("turns", _("I have a way for everybody to speak: a round, pairs, the chat, sub-groups.")),),
    ),
    Quality(
        "focus",
        _("Keeping the group’s attention on the objectives and refocusing it when needed"),
        (
            Check(
                "objectives",
                _("The objective will stay in sight, and I have a question that brings people back to it."),
            ),
        ),
    ),
    Quality(
        "rules",
        _("Seeing that the group’s rules and the confidentiality of what is said are respected"),
        (Check("confidence", _("I will recall what stays between us, and what will be written down.")),),
    ),
    Quality(
        "listening",
        _("Listening to the group (verbal and non-verbal language)"),
        (Check("listening", _("Breaks are planned to look at faces, read the chat and ask how it is going.")),),
    ),
    Quality(
        "humility",
        _("Showing humility and adjusting when needed"),
        (Check("adjusting", _("I know which block to shorten, and what changes if we are 8 or 20.")),),
    ),
    Quality(
        "trust",
        _("Enjoying facilitation and trusting the potential of one’s group"),
        (Check("trust", _("I have in mind something this group has already achieved, to say it to them.")),),
    ),
)
CODES = frozenset(check.code for quality in QUALITIES for check in quality.checks)
