"""An action as one writes it: « envoyer le gabarit @nadia 15 décembre » is what is to be done, by whom and by when.

French and English are read alike, whatever the language of the page. What is not understood stays in the text: a date
that belongs to the sentence (« le bilan du 15 décembre »), a first name that two people bear.
"""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import normalised
from communities.models import Membership

MONTHS = (
    ("janvier", "janv", "january", "jan"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
WEEKDAYS = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
WORDS_TOO = {"may", "mar", "sept", "sep", "jan", "dec"}  # « section 4 may change », « 20 sept feuilles »
MONTH_OF = {name: n for n, names in enumerate(MONTHS, 1) for name in names}
WEEKDAY_OF = {name: n for n, names in enumerate(WEEKDAYS) for name in names}
A_MONTH = rf"(?:{'|'.join(sorted(MONTH_OF, key=len, reverse=True))})\b\.?"
A_WEEKDAY = rf"(?:{'|'.join(WEEKDAY_OF)})"
BY_THEN = r"d['’]ici(?:\s+l[ea])?|pour(?:\s+le)?|avant(?:\s+le)?|au\s+plus\s+tard(?:\s+le)?"
BY = rf"(?:{BY_THEN}|by(?:\s+the)?|before(?:\s+the)?|until|no\s+later\s+than)"
LEAD = rf"(?P<lead>\b(?:{BY}|le|on|the|ce|this|next)\s+)?"
OF_THE_SENTENCE = re.compile(r"(?:\b(?:du|de|des|au|depuis(?:\s+le)?|of|from|since|than|chaque|every)|\bd['’])\s*$")
TO_SOMEONE = re.compile(r"\b(?:a|au|avec|de|pour|par|chez|et|with|to|for|by|of|from|and)\s*$")
AND_SOMEONE = re.compile(r"\s+(?:et|ou|and|or)\s")
MENTION = re.compile(r"(?:(?<=[\s(])|^)@(?=\w)")
WORDS_IN_A_NAME = 5
NEEDED_LETTERS = 3  # of a first name, when they lead to one person only


@dataclass(frozen=True)
class Action:
    text: str
    assignee: Membership | None = None
    due_on: dt.date | None = None


def read_action(line: str, people: Iterable[Membership], today: dt.date | None) -> Action:
    """`people`, with their users, is only asked for when somebody is named. Without `today`, days stay in the text."""
    text, assignee = _without_people(line, people)
    text, due_on = _without_date(text, today) if today else (text, None)
    text = _tidy(text)
    return Action(text or line, assignee, due_on)


# ---------------------------------------------------------------- people


def _without_people(line: str, people: Iterable[Membership]) -> tuple[str, Membership | None]:
    """The first person named takes the action; the name of any other, or of one that the sentence needs, stays."""
    if not MENTION.search(line):
        return line, None
    names, first, parts, at = _names_of(people), None, [], 0
    for found in MENTION.finditer(line):
        person, end = _person_at(line, found.end(), names)
        if person is None or found.start() < at:
            continue
        before = line[at : found.start()]
        is_needed = first is not None or TO_SOMEONE.search(_folded(before)) or AND_SOMEONE.match(line, end)
        parts += [before, person.user.full_name if is_needed else ""]
        first, at = first or person, end
    return "".join([*parts, line[at:]]), first


def _names_of(people: Iterable[Membership]) -> dict[str, set[Membership]]:
    """How each may be called, without spaces, hyphens or accents: whole name, first name, last name, « nadia a »."""
    names: dict[str, set[Membership]] = {}
    for person in people:
        first, last = person.user.first_name, person.user.last_name
        for name in {first + last, first, last, first + last[:1]}:
            names.setdefault(_squeezed(name), set()).add(person)
    return names


def _person_at(line: str, start: int, names: dict[str, set[Membership]]) -> tuple[Membership | None, int]:
    """Who is named there, with the most words that name one person, and where the name ends."""
    words = list(re.finditer(r"[\w'’.-]*\w", line[start:]))[:WORDS_IN_A_NAME]
    for word in reversed(words):
        called = _squeezed(line[start : start + word.end()])
        found = names.get(called, set())
        if word is words[0] and not found and len(called) >= NEEDED_LETTERS:
            found = set().union(*(bearers for name, bearers in names.items() if name.startswith(called)))
        if len(found) == 1:
            is_initial = len(word[0]) == 1 and line.startswith(".", start + word.end())
            return next(iter(found)), start + word.end() + is_initial
    return None, start


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", normalised(name))


# ---------------------------------------------------------------- dates


def _without_date(text: str, today: dt.date) -> tuple[str, dt.date | None]:
    """The last day told in the line."""
    folded = _folded(text)
    told = [found for pattern, read, is_plain in FORMS for found in _told(folded, pattern, read, is_plain, today)]
    if not told:
        return text, None
    start, end, day = max(told, key=lambda one: (one[1], one[1] - one[0]))
    return f"{text[:start]} {text[end:]}", day


def _told(folded: str, pattern: re.Pattern, read: Callable, is_plain: bool, today: dt.date):
    """Where it is said, and the day. One that could be something else (« 1/2 », « vendredi ») ends the line, or
    follows « d’ici » or the like."""
    for found in pattern.finditer(folded):
        ends_the_line = not folded[found.end() :].strip(" .,;:!)")
        has_lead = re.match(rf"{BY}|on|ce|this|next", found["lead"] or "")
        is_sure = is_plain and (found.groupdict().get("month") or "").rstrip(".") not in WORDS_TOO
        if OF_THE_SENTENCE.search(folded[: found.start()]) or not (is_sure or ends_the_line or has_lead):
            continue
        try:
            day = read(found, today)
        except ValueError:  # the 31st of February
            continue
        if day:
            yield found.start(), found.end(), day


def _of_month(found: re.Match, today: dt.date) -> dt.date:
    month = MONTH_OF[found["month"].rstrip(".")]
    return _dated(int(found["day"]), month, found["year"], today)


def _in_figures(found: re.Match, today: dt.date) -> dt.date:
    day, month = int(found["day"]), int(found["month"])
    if month > 12:  # 12/15, as in English
        day, month = month, day
    return _dated(day, month, found["year"], today)


def _dated(day: int, month: int, year: str | None, today: dt.date) -> dt.date:
    """Without a year, the next one."""
    if year:
        return dt.date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = dt.date(today.year, month, day)
    return this_year if this_year >= today else dt.date(today.year + 1, month, day)


def _weekday(found: re.Match, today: dt.date) -> dt.date | None:
    """The next one; « le vendredi » is every Friday."""
    if (found["lead"] or "").strip() in ("le", "the"):
        return None
    ahead = (WEEKDAY_OF[found["weekday"]] - today.weekday() - 1) % 7 + 1
    return today + dt.timedelta(days=ahead)


def _near(found: re.Match, today: dt.date) -> dt.date:
    days = {"aujourd": 0, "today": 0, "demain": 1, "tomorro": 1}.get(found["near"][:7].rstrip("'’"), 2)
    return today + dt.timedelta(days=days)


def _from_now(found: re.Match, today: dt.date) -> dt.date:
    number = int(found["number"]) if found["number"].isdecimal() else 1
    if found["unit"].startswith("mo"):
        month = today.month - 1 + number
        year, month = today.year + month // 12, month % 12 + 1
        return dt.date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    return today + dt.timedelta(days=number * (7 if found["unit"][0] in "sw" else 1))


def _end_of(found: re.Match, today: dt.date) -> dt.date:
    month = MONTH_OF.get((found["month"] or "").rstrip("."), today.month)
    year = today.year + (month < today.month)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _form(pattern: str) -> re.Pattern:
    return re.compile(LEAD + pattern)


YEAR = r"(?:,?\s+(?P<year>20\d\d)\b)?"
OF_WEEK = rf"(?:{A_WEEKDAY},?\s+(?:the\s+)?)?"
ORDINAL = r"(?:er|st|nd|rd|th)?"
SPAN = r"(?P<number>\d{1,2}|une?|an?)\s+(?P<unit>jours?|semaines?|mois|days?|weeks?|months?)\b"
NEAR = r"\b(?P<near>aujourd['’]hui|today|apres-demain|the\s+day\s+after\s+tomorrow|demain|tomorrow)\b"
# how a day is written, how it is read, and whether it can be nothing else
FORMS: tuple[tuple[re.Pattern, Callable, bool], ...] = (
    (_form(rf"{OF_WEEK}\b(?P<day>\d{{1,2}}){ORDINAL}\s+(?:of\s+)?(?P<month>{A_MONTH}){YEAR}"), _of_month, True),
    (_form(rf"{OF_WEEK}\b(?P<month>{A_MONTH})\s+(?P<day>\d{{1,2}}){ORDINAL}\b{YEAR}"), _of_month, False),
    (_form(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"), _in_figures, True),
    (_form(r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?(?![\d/])"), _in_figures, False),
    (_form(NEAR), _near, True),
    (_form(rf"\b(?P<weekday>{A_WEEKDAY})(?:\s+prochain)?\b"), _weekday, False),
    (_form(rf"(?:\b(?:dans|in|within)\s+|(?<=ici\s)){SPAN}"), _from_now, False),
    (_form(rf"\b(?:la\s+)?fin\s+(?:du\s+mois|(?:de\s+)?(?P<month>{A_MONTH}))"), _end_of, False),
    (_form(rf"\b(?:the\s+)?end\s+of\s+(?:the\s+month|month|(?P<month>{A_MONTH}))"), _end_of, False),
)


def _folded(text: str) -> str:
    """Without accents or capitals, each letter still at its place."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] for letter in text)


def _tidy(text: str) -> str:
    """What stays once a name and a date are taken out: « envoyer le gabarit , » is « envoyer le gabarit »."""
    text = re.sub(r"\(\s*\)", "", text)
    text = " ".join(text.split())
    text = re.sub(r" ([,.)])", r"\1", text)
    return re.sub(r"^[\s,;:–—-]+|[\s,;:–—-]+$", "", text)
