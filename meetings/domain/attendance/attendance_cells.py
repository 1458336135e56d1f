"""What the cells of an attendance file say, whichever program wrote it and in French or in English: which column a
heading begins, how long « 1 h 02 min » is, when « 12/1/26, 1:02 PM » was."""

import datetime as dt
import re

from accounts.models import normalised

# The first that fits says what the column holds; the headings that only look like one come before.
COLUMNS = [
    (column, re.compile(pattern))
    for column, pattern in (
        ("count", r"^((number|nombre|nb) (of |de )?)?participants$|\bunique viewers\b"),
        ("waiting", r"waiting room|salle d attente|\blobby\b"),
        ("", r"\b(host|hote|hotesse|organi[sz]er|organisat\w+|company|organi[sz]ation|organisme|entreprise|country)\b"),
        ("", r"\b(file|fichier|registr\w+|inscription|approval|talk|webcam|camera|parole|type|count|nombre|pays)\b"),
        (
            "",
            r"(?<!in )\b(meeting|session|webinar|conference) (name|title|topic|subject|id|number|start|end|duration)\b",
        ),
        ("", r"\b(nom|titre|sujet|objet|id|numero|debut|fin|duree) (de |du )?(la |l )?(reunion|rencontre|webinaire)\b"),
        ("email", r"\b(e ?mails?|mails?|courriels?|adresse electronique|adresse de messagerie)\b"),
        ("account", r"\b(upn|user principal|participant id|user id|id de participant|identifiant)\b"),
        ("duration", r"\b(duration|duree|minutes|total time|attendance time|time (in|spent|present)|temps)\b"),
        ("leave", r"\b(leave|left|leaving|exit|exited|depart|departure|sortie|deconnexion|disconnect\w*|quitt\w+)\b"),
        ("leave", r"\b(last seen|end time|heure de fin|derniere (participation|connexion)|log ?out)\b"),
        ("join", r"\b(join|joined|joining|arriv\w+|entree|entered|entry|connexion|connected|participation|rejoint)\b"),
        ("join", r"\b(first seen|start time|heure de debut|log ?in|acces)\b"),
        ("name", r"\b(first (and )?last name|prenoms? (et )?(nom|nom de famille)|nom (et )?prenoms?)\b"),
        ("first", r"\b(first|given) name\b|\bprenoms?\b"),
        ("last", r"\b(last|family) name\b|\bsurname\b|\bnom de famille\b"),
        ("attended", r"^(attended|attendance|attendance status|a participe|a assiste|presence|presente?)$"),
        ("action", r"^(user )?action( de l utilisateur| utilisateur| du participant)?$"),
        ("stamp", r"^(timestamp|horodat\w+|time|heure|date et heure|date and time)$"),
        ("name", r"\b(name|nom)\b|^(participant|attendee|personne|utilisateur|user)$"),
    )
]
NO = ("no", "non", "absent", "absente", "false", "faux", "0")
YES = ("yes", "oui", "true", "vrai")
NOTHING = re.compile(r"[-–—/ .]*|n/?a|null|none")

NUMBER = r"(\d+(?:[.,]\d+)?)"
SPELLED = re.compile(
    rf"(?:{NUMBER} ?(?:h|hrs?|hours?|heures?)(?![a-z])\.? ?)?"
    rf"(?:{NUMBER} ?(?:(?:m|mn|mins?|minutes?)(?![a-z])\.?|$) ?)?"
    rf"(?:{NUMBER} ?(?:s|secs?|seconds?|secondes?)(?![a-z])\.?)?"
)
CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)(?:[.,]\d+)?")
UNDER_A_MINUTE = re.compile(r"(less than|moins d[e']|<) ?(a|an|une?|1) ?(m|min|minute)\.?")
HALF_A_MINUTE = 30

TIME = re.compile(r"(\d{1,2}) ?[:h] ?(\d\d)(?: ?(?::|m(?:in)?) ?(\d\d))?(?:[.,]\d+)?(?: ?([ap])\.? ?m\b)?")
DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{2,4})")
NO_DATE = dt.date(2000, 1, 1)


def plain(heading: str) -> str:
    """Its words alone: « E-mail (facultatif) » is « e mail facultatif »."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)  # « NameOfAttendee »
    return " ".join(re.findall(r"[a-z0-9]+", normalised(apart)))


def columns_of(row: list[str]) -> dict[str, int]:
    """Column → its place, for the headings that are known."""
    columns: dict[str, int] = {}
    for place, heading in enumerate(row[:60]):
        if len(heading) <= 80 and (column := _column(plain(heading))):
            columns.setdefault(column, place)
    if "first" in columns and "last" not in columns and "name" in columns:
        columns["last"] = columns.pop("name")  # « Prénom », « Nom »
    return columns


def _column(heading: str) -> str:
    return next((column for column, pattern in COLUMNS if pattern.search(heading)), "")


def seconds_of(text: str, heading: str = "") -> int | None:
    """« 42m 25s », « 1 hr 2 min », « 1 h 02 », « 00:42:25 », or a number of what the heading says: minutes, unless it
    speaks of seconds or hours. None for what is no duration."""
    text = re.sub(r",(?!\d)|\b(and|et)\b", " ", normalised(text))
    text = " ".join(re.sub(r"^pt(?=\d)", "", text).split())
    if not text:
        return None
    if re.fullmatch(NUMBER, text):
        return round(_number(text) * _unit(heading))
    if clock := CLOCK.fullmatch(text):
        return _of_clock(*clock.groups())
    if UNDER_A_MINUTE.fullmatch(text):
        return HALF_A_MINUTE
    said = SPELLED.fullmatch(text)
    if not said:
        return None
    hours, minutes, seconds = (_number(part or "0") for part in said.groups())
    return round(hours * 3600 + minutes * 60 + seconds)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _unit(heading: str) -> int:
    said = set(plain(heading).split())
    if said & {"seconds", "secondes", "second", "seconde", "sec", "secs", "s"}:
        return 1
    return 3600 if said & {"hours", "heures", "hrs", "h"} else 60


def _of_clock(hours: str | None, minutes: str, seconds: str) -> int:
    """With two numbers, « 1:02 » is an hour and two minutes, and « 58:12 » is under an hour: nobody meets for 58."""
    if hours is None and int(minutes) < 10:
        hours, minutes, seconds = minutes, seconds, "0"
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)


def moment(text: str) -> dt.datetime | None:
    """As written, in no zone; None for what no known form reads: the duration then speaks alone."""
    text = normalised(text)
    time = TIME.search(text)
    if not time:
        return None
    hour, minute, second = (int(part or 0) for part in time.groups()[:3])
    half = time[4]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return dt.datetime.combine(_date(text[: time.start()], is_american=bool(half)), dt.time(hour, minute, second))
    except ValueError:
        return None


def _date(text: str, *, is_american: bool) -> dt.date:
    """Twelve-hour times come with months first; where only one order makes a date, it is that one."""
    found = DATE.search(text)
    if not found:
        return NO_DATE
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        return dt.date(first, second, third)
    year = third + 2000 if third < 100 else third
    is_month_first = second > 12 or (is_american and first <= 12)
    return dt.date(year, first, second) if is_month_first else dt.date(year, second, first)


def leaves_after(join: dt.datetime, leave: dt.datetime) -> dt.datetime:
    """The same evening, or past midnight: nobody stays a day, whatever order of day and month was read."""
    if join <= leave < join + dt.timedelta(days=1):
        return leave
    same_day = dt.datetime.combine(join.date(), leave.time())
    return same_day if same_day >= join else same_day + dt.timedelta(days=1)
