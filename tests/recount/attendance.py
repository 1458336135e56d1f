"""P1 to P11 counted again, as `evaluation.md` defines them: from plain rows, in plain Python.

« Exclude staff facilitators, note-takers and evaluators; count members who facilitate. Trainings and preparatory
meetings apart. »
"""

import datetime as dt
import math
import zoneinfo
from collections import defaultdict
from typing import Any

from tests.recount.tables import Row, Tables

COUNTED = ("regular", "launch", "external")
LEADS = ("facilitator", "external")
EVER, NEVER = dt.date.min, dt.date.max
NAMES = {
    "Présences par rencontre": "P1",
    "Portée annuelle": "P2",
    "Taux de présence": "P3",
    "Noyau": "P4",
    "Recoupement d’une rencontre à l’autre": "P5",
    "Absences non annoncées": "P6",
    "Absences annoncées": "P6e",
    "Venues sans réponse": "P7",
    "Organisations rejointes": "P8",
    "Nouveaux visages": "P9",
    "Départs et pauses": "P9b",
    "Heures contribuées": "P10",
    "Taux de réponse": "P11",
    "Taux de réponse en séance": "P11s",
    "Taux de réponse par la suite": "P11a",
}
UNKNOWN = "données insuffisantes"


def share(part: int, whole: int, *, of_replies: bool = False) -> str:
    if whole >= 5:
        return f"{math.floor(100 * part / whole + 0.5)} %"
    return UNKNOWN if of_replies or not whole else f"{part} sur {whole}"


def one_decimal(value: float) -> str:
    return f"{math.floor(value * 10 + 0.5) / 10:.1f}".replace(".", ",")


class YearCounted:
    """One community and year, on a day."""

    def __init__(self, tables: Tables, community: int, year: int, today: dt.date) -> None:
        self.tables, self.year, self.today = tables, year, today
        self.community = next(row for row in tables.communities if row["id"] == community)
        self.zone = zoneinfo.ZoneInfo(self.community["time_zone"])
        self.members = [row for row in tables.memberships if row["community_id"] == community]
        every = [row for row in tables.meetings if row["community_id"] == community and not row["cancelled_at"]]
        self.every = sorted(every, key=lambda row: (row["starts_at"], row["id"]))
        self.held = [m for m in self.every if m["closed_at"] and self.day(m).year == year]
        self.counted = [m for m in self.held if m["kind"] in COUNTED]
        self.statuses: dict[int, dict[int, str]] = defaultdict(dict)
        for row in tables.attendances:
            self.statuses[row["meeting_id"]][row["membership_id"]] = row["status"]
        self.user_of = {row["id"]: row["user_id"] for row in tables.memberships}
        self.recorded = [m for m in self.counted if self.is_recorded(m)]

    def day(self, meeting: Row) -> dt.date:
        return meeting["starts_at"].astimezone(self.zone).date()

    # ------------------------------------------------------------ who is there

    def roles_on(self, day: dt.date | None, *roles: str) -> set[int]:
        """People who hold one of these here that day; ever, without a day."""
        here = (self.community["id"], self.community["programme_id"])
        return {
            row["user_id"]
            for row in self.tables.roles
            if row["role"] in roles
            and (row["community_id"] == here[0] or (here[1] and row["programme_id"] == here[1]))
            and (day is None or (row["starts_on"] or EVER) <= day <= (row["ends_on"] or NEVER))
        }

    def staff(self, meeting: Row) -> set[int]:
        """Who ran it: those named for it who facilitate here, or those who facilitated that day; who took its notes;
        who evaluates from outside."""
        day = self.day(meeting)
        named = {row["user_id"] for row in self.tables.named if row["meeting_id"] == meeting["id"]}
        staff = (named & self.roles_on(None, *LEADS)) or self.roles_on(day, *LEADS)
        took_notes = {meeting["note_taker_id"]} if meeting["note_taker_id"] else self.roles_on(day, "note_taker")
        return staff | took_notes | self.roles_on(day, "evaluator")

    def hosts(self, meeting: Row) -> set[int]:
        """Members who helped to run it: counted where they came, not expected."""
        named = {row["user_id"] for row in self.tables.named if row["meeting_id"] == meeting["id"]}
        return named - self.staff(meeting)

    def marks(self, meeting: Row) -> dict[int, str]:
        staff = self.staff(meeting)
        return {pk: said for pk, said in self.statuses[meeting["id"]].items() if self.user_of[pk] not in staff}

    def present(self, meeting: Row) -> set[int]:
        return {pk for pk, said in self.marks(meeting).items() if said == "present"}

    def is_recorded(self, meeting: Row) -> bool:
        return bool(
            meeting["attendance_confirmed_at"]
            or meeting["guests"]
            or any(said != "unknown" for said in self.marks(meeting).values())
        )

    # ------------------------------------------------------------ who could be

    def stopped(self, member: Row) -> dt.date | None:
        days = [member["left_on"], member["paused_on"] if member["status"] == "paused" else None]
        return min((day for day in days if day), default=None)

    def is_member(self, member: Row, first: dt.date, last: dt.date) -> bool:
        """At some time between these days."""
        if member["joined_on"] is None and member["status"] not in ("active", "paused"):
            return False
        stopped = self.stopped(member)
        if member["status"] == "alumni" and stopped is None:
            return False
        return (member["joined_on"] or EVER) <= last and (stopped is None or stopped > first)

    def was_expected(self, member: Row, meeting: Row) -> bool:
        """« Eligible for (since joining, outside pauses) »; what nobody recorded of a person is neither."""
        day, mark = self.day(meeting), self.statuses[meeting["id"]].get(member["id"])
        away = [row for row in self.tables.pauses if row["membership_id"] == member["id"] and row["ends_on"]]
        if member["user_id"] in self.staff(meeting) or not self.is_member(member, day, day):
            return False
        if any(row["starts_on"] <= day < row["ends_on"] for row in away):
            return False
        if member["seat"] == "substitute" or member["user_id"] in self.hosts(meeting):
            return mark == "present"
        return mark != "unknown"

    def stood_for(self, membership: int, day: dt.date) -> int | None:
        member = next(row for row in self.members if row["id"] == membership)
        for row in self.tables.represented:
            if row["membership_id"] == membership and (row["starts_on"] or EVER) <= day < row["ends_on"]:
                return row["organisation_id"]
        since = member["represents_since"]
        return member["organisation_id"] if since is None or day >= since else None

    # ------------------------------------------------------------ figures, as the page writes them

    def figures(self) -> dict[str, str]:
        found = {**self.on_presence(), **self.on_replies(), **self.on_people(), **self.on_answers()}
        if self.community["attendance_policy"] == "committed":
            del found["P5"]
        if self.community["representation"] == "individual":
            del found["P8"]
        return found

    def on_presence(self) -> dict[str, str]:
        came = {m["id"]: self.present(m) for m in self.recorded}
        people = [len(came[m["id"]]) + m["guests"] for m in self.recorded]
        active = [m for m in self.members if self.is_member(m, dt.date(self.year, 1, 1), self.until)]
        # « exclude staff »: whoever ran every meeting could be counted at none
        could = [m for m in active if any(m["user_id"] not in self.staff(meeting) for meeting in self.recorded)]
        reached = set().union(*came.values())
        expected = {m["id"]: [x for x in self.recorded if self.was_expected(m, x)] for m in self.members}
        there = {pk: sum(pk in came[x["id"]] for x in some) for pk, some in expected.items()}
        often = [pk for pk, some in expected.items() if len(some) >= 2]
        hours = sum(
            round((m["ends_at"] - m["starts_at"]).total_seconds() / 60) * n
            for m, n in zip(self.recorded, people, strict=True)
        )
        pairs = [(came[a["id"]], came[b["id"]]) for a, b in zip(self.recorded, self.recorded[1:], strict=False)]
        both, either = sum(len(a & b) for a, b in pairs), sum(len(a | b) for a, b in pairs)
        return {
            "P1": one_decimal(sum(people) / len(people)) if people else UNKNOWN,
            "P2": share(sum(m["id"] in reached for m in could), len(could)) if people else UNKNOWN,
            "P3": share(sum(there.values()), sum(map(len, expected.values()))),
            "P4": share(sum(2 * there[pk] >= len(expected[pk]) for pk in often), len(often)),
            "P5": share(both, either),
            "P10": f"{math.floor(hours / 60 + 0.5)} h" if people else UNKNOWN,
        }

    @property
    def until(self) -> dt.date:
        return min(self.today, dt.date(self.year, 12, 31))

    def on_replies(self) -> dict[str, str]:
        yes = yes_absent = replied = announced = present = silent = 0
        for meeting in self.recorded:
            if meeting["registration"] == "none":
                continue
            said = {r["membership_id"]: r for r in self.tables.replies if r["meeting_id"] == meeting["id"]}
            said = {pk: row for pk, row in said.items() if row["answer"]}
            marks = self.marks(meeting)
            for pk, row in said.items():
                mark = marks.get(pk, "unknown")
                if row["answer"] not in ("yes", "no") or row["is_waiting"] or mark == "unknown":
                    continue
                replied += 1
                announced += mark == "excused" or (row["answer"] == "no" and mark == "absent")
                yes += row["answer"] == "yes"
                yes_absent += row["answer"] == "yes" and mark == "absent"
            present += len(self.present(meeting))
            silent += len(self.present(meeting) - said.keys())
        return {
            "P6": share(yes_absent, yes, of_replies=True),
            "P6e": share(announced, replied, of_replies=True),
            "P7": share(silent, present, of_replies=True),
        }

    def on_people(self) -> dict[str, str]:
        reached = {(pk, self.day(m)) for m in self.recorded for pk in self.present(m)}
        organisations = {self.stood_for(pk, day) for pk, day in reached} - {None}
        before = {
            pk
            for m in self.tables.meetings
            if m["community_id"] == self.community["id"] and self.day(m).year < self.year
            for pk, said in self.statuses[m["id"]].items()
            if said == "present"
        }
        active = [m for m in self.members if self.is_member(m, dt.date(self.year, 1, 1), self.until)]
        stopped = [m for m in active if (day := self.stopped(m)) and day.year == self.year]
        known = bool(self.recorded)
        return {
            "P8": str(len(organisations)) if known else UNKNOWN,
            "P9": str(len({pk for pk, _day in reached} - before)) if known else UNKNOWN,
            "P9b": str(len(stopped)) if known else UNKNOWN,
        }

    def on_answers(self) -> dict[str, str]:
        ids = {m["id"] for m in self.counted}
        closed = [s for s in self.tables.surveys if s["meeting_id"] in ids and s["closed_at"]]
        in_session, after, could = (
            sum(s[name] or 0 for s in closed) for name in ("answers_in_session", "answers_after", "eligible")
        )
        return {
            "P11": share(in_session + after, could),
            "P11s": share(in_session, could),
            "P11a": share(after, could),
        }

    def surveys(self) -> list[Row]:
        """Closed, of the meetings held that year."""
        ids = {m["id"] for m in self.held}
        return [s for s in self.tables.surveys if s["meeting_id"] in ids and s["closed_at"]]


def read_as_written(text: Any) -> str:
    return " ".join(str(text).replace("\xa0", " ").replace("\u202f", " ").split())
