"""From a file of Zoom, Teams, Meet or Webex to attendance: people recognised, reviewed, written, undone in a press.

An address known in the community is sure. A name is a proposal. Machines and those who run the meeting are set aside.
The minutes are shown to help decide; they are not kept.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User, normalised
from cmtl import retention
from communities.models import Membership
from meetings.domain.attendance import attendance, attendance_files, corrections, held
from meetings.domain.attendance.corrections import Because
from meetings.domain.attendance.roster import staff_of
from meetings.models import Attendance, AttendanceCorrection, AttendanceImport, Meeting

KEPT_FOR = retention.length("attendance_files")
BRIEF = 1  # minute: a wrong link, a try of the sound
PRONOUNS_AND_MARKS = re.compile(
    r"elle|il|iel|ielle|ille|lui|she|he|they|her|him|them|hers|his|theirs|ul|ael|invitee?|guest|externe?|external"
    r"|hote|hotesse|host|co-?hote|co-?hotesse|co-?host|organisateur|organisatrice|organi[sz]er|presenter|presentateur"
    r"|presentatrice|panelist|attendee|participante?|me|moi|you|vous|un-?verified|non-?verifiee?|non|verifiee?|internal"
    r"|interne"
)
MACHINE = re.compile(
    r"note ?taker|fireflies|otter|read\.?ai|tl;?dv|fathom|copilot|ai companion|\bbot\b|recorder|enregistreu|meetgeek"
)
NAMELESS = re.compile(
    r"zoom( user)?|utilisateur(rice)? zoom|(un)?known( user)?|inconnue?|anonyme|anonymous|invitee?|guest"
    r"|(iphone|ipad|android|galaxy|samsung|pixel|macbook|laptop|pc|ordinateur)[\w -]*|[+\d][\d\s*().-]{5,}"
)
DEVICES = (
    r"(?:iphone|ipad|android|galaxy|samsung|pixel|macbook\w*|imac|mac|pc|laptop|phone|telephone|tablette|ordinateur)"
)
DEVICE = re.compile(rf"{DEVICES}\b.*?\b(?:de |d'|of )(.+)|(.+?)'s? {DEVICES}\b.*")


@dataclass(frozen=True)
class Person:
    """One person of the file, whatever the number of connections; and who that is here, as far as can be told."""

    number: int  # of the first line
    name: str
    email: str
    minutes: int | None
    rejoined: int
    outcome: str  # address, name, several, guess, unknown, crew or machine
    candidates: tuple[Membership, ...]
    recorded: str = ""  # as the roster has the one candidate already

    @property
    def field(self) -> str:
        return f"line-{self.number}"

    @property
    def proposed(self) -> Membership | None:
        """Whom to tick unless told otherwise."""
        return self.candidates[0] if self.outcome in ("address", "name") else None

    @property
    def is_brief(self) -> bool:
        """Too short a connection to be ticked by itself."""
        return self.minutes is not None and self.minutes <= BRIEF

    @property
    def choice(self) -> str:
        """What ticking this line says."""
        return f"m{self.proposed.pk}" if self.proposed else ""

    @property
    def answer(self) -> str:
        """What the review proposes."""
        return "" if self.is_brief else self.choice


class Known:
    """The people of a community, by address and by the words of their names."""

    def __init__(self, meeting: Meeting) -> None:
        self.crew = {user.pk: user for user in staff_of(meeting)}
        memberships = meeting.community.memberships.select_related("user", "organisation")
        self.memberships = [m for m in memberships.order_by("user__sort_key", "pk") if m.user_id not in self.crew]
        self.by_address = {m.user.email: m for m in self.memberships if m.user.email}
        self.by_words: dict[frozenset[str], list[Membership]] = defaultdict(list)
        self.by_first_name: dict[str, list[Membership]] = defaultdict(list)
        for membership in self.memberships:
            self.by_words[words(membership.user.full_name)].append(membership)
            self.by_first_name[normalised(membership.user.first_name)].append(membership)

    def recognise(self, name: str, email: str) -> tuple[str, tuple[Membership, ...]]:
        if any(email and user.email == email for user in self.crew.values()):
            return "crew", ()
        if email in self.by_address:
            return "address", (self.by_address[email],)
        said = list(readings(name))
        for reading in said:
            if same := self.by_words.get(words(reading)):
                return ("name" if len(same) == 1 else "several"), tuple(same)
        if any(words(reading) == words(user.full_name) for reading in said for user in self.crew.values()):
            return "crew", ()
        if near := self._near(said):
            return "guess", near
        plain = normalised(name)
        return ("machine" if MACHINE.search(plain) or NAMELESS.fullmatch(plain) else "unknown"), ()

    def _near(self, said: Iterable[str]) -> tuple[Membership, ...]:
        """« Raphaëlle » or « Raphaëlle M. »: nobody is ticked for that, they are offered first."""
        for reading in said:
            first, _space, rest = normalised(reading).partition(" ")
            initial = rest[:1] if len(rest.rstrip(".")) == 1 else ""
            if rest and not initial:
                continue
            near = [m for m in self.by_first_name[first] if normalised(m.user.last_name).startswith(initial)]
            if near:
                return tuple(near)
        return ()


def words(name: str) -> frozenset[str]:
    """The words of a name, whatever their order, accents and hyphens: « PELLETIER Wei » is « Wei Pelletier »."""
    return frozenset(re.findall(r"\w+", normalised(name)))


def readings(name: str) -> Iterator[str]:
    """What a displayed name may say: without pronouns, before a dash or comma, between parentheses, after a device."""
    outside = " ".join(re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name).split())
    yield outside
    yield re.split(r" [-–—|/•·] |[|@]", outside)[0].strip()
    for inside in re.findall(r"[(\[]([^)\]]*)[)\]]", name):
        if not is_mark(inside):
            yield inside
    yield outside.split(",")[0].strip()
    if device := DEVICE.fullmatch(normalised(outside)):
        yield device[1] or device[2]


def is_mark(text: str) -> bool:
    """« (elle) », « (Guest) », « [Non vérifié] »: what programs and people write beside a name."""
    return all(PRONOUNS_AND_MARKS.fullmatch(word) for word in re.findall(r"[\w-]+", normalised(text)))


def unmarked(name: str) -> str:
    """One name for « Marie Roy » and « Marie Roy (Guest) »."""
    kept = re.sub(r"[(\[]([^)\]]*)[)\]]", lambda found: "" if is_mark(found[1]) else found[0], name)
    return " ".join(kept.split()) or name


def keep(meeting: Meeting, content: bytes, file_name: str, by: User) -> AttendanceImport:
    """Read a file and keep it for review; a ValidationError says what is wrong with it."""
    refuse_before_its_time(meeting)
    lines = attendance_files.parse_attendance_file(content)
    return AttendanceImport.objects.create(
        meeting=meeting, file_name=file_name[:200], lines=list(_gathered(lines)), read_by=by
    )


def refuse_before_its_time(meeting: Meeting) -> None:
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if not meeting.started_at and timezone.now() < meeting.starts_at:
        raise ValidationError(_("This meeting has not begun: nobody was there yet."))


def _gathered(lines: list[attendance_files.Line]) -> Iterator[dict]:
    """Connections of one address, or of one name where there is no address, in one line."""
    together: dict[object, list[attendance_files.Line]] = defaultdict(list)
    for line in lines:
        together[line.email or words(unmarked(line.name))].append(line)
    for same in together.values():
        yield {
            "number": same[0].number,
            "name": same[0].name,
            "email": same[0].email,
            "seconds": attendance_files.time_present(same),
            "rejoined": len(same) - 1,
        }


def examine(read: AttendanceImport) -> list[Person]:
    """Everyone of the file against the community as it is now; who connected with two devices is shown once."""
    known = Known(read.meeting)
    recorded = dict(read.meeting.attendances.values_list("membership", "status"))
    people: list[Person] = []
    seen: dict[int, int] = {}
    for line in read.lines:
        outcome, candidates = known.recognise(line["name"], line["email"])
        minutes = None if line["seconds"] is None else max(1, round(line["seconds"] / 60))
        only = candidates[0].pk if len(candidates) == 1 else 0
        person = Person(
            line["number"], line["name"], line["email"], minutes, line["rejoined"], outcome, candidates,
            recorded.get(only, ""),
        )  # fmt: skip
        if person.proposed and only in seen:
            people[seen[only]] = _together(people[seen[only]], person)
            continue
        if person.proposed:
            seen[only] = len(people)
        people.append(person)
    return people


def _together(first: Person, second: Person) -> Person:
    """Two lines of one person: the surer way of knowing them, and both times added."""
    surer = first if first.outcome == "address" else second
    minutes = (first.minutes or 0) + (second.minutes or 0) if first.minutes or second.minutes else None
    return Person(
        first.number, surer.name, surer.email, minutes, first.rejoined + second.rejoined + 1, surer.outcome,
        surer.candidates, surer.recorded,
    )  # fmt: skip


@transaction.atomic
def apply_import(read: AttendanceImport, choices: dict[int, str], by: User) -> int | None:
    """Write what was chosen for each line: `m<pk>` for a member, `new`, `guest`, or nothing. How many are present by
    it; None when it was applied already. A meeting that nobody started on the console was held all the same."""
    meeting, now = read.meeting, timezone.now()
    refuse_before_its_time(meeting)
    is_closed = corrections.hold(meeting)  # takes its row: presses on the roster and this come in turn
    if not AttendanceImport.objects.filter(pk=read.pk, applied_at=None).update(applied_at=now):
        return None
    started = held.record_as_held(meeting)
    because = Because(AttendanceCorrection.Why.FILE, read.file_name) if is_closed else None
    members, newcomers, guests = _sorted_out(read, choices)
    before, was = _standing(meeting, members), corrections.standing(meeting, members)
    _mark_present(meeting, members, now, by)
    if because:
        corrections.record_correction(meeting, was, corrections.standing(meeting, members), because, by)
    added = [_list(meeting, name, by, because) for name in newcomers]
    _add_guests(meeting, guests, by, because)
    AttendanceImport.objects.filter(pk=read.pk).update(
        before={
            "rows": before,
            "added": [m.pk for m in added],
            "guests": guests,
            "at": now.isoformat(),
            "started": started and started.isoformat(),
        }
    )
    return len(members) + len(added) + guests


def _sorted_out(read: AttendanceImport, choices: dict[int, str]) -> tuple[list[Membership], list[str], int]:
    """Members of the community (whoever is listed by a name that one of them has is that one, and is put back by the
    undo), names to list, and how many guests."""
    names = {line["number"]: line["name"] for line in read.lines}
    chosen = {number: choice for number, choice in choices.items() if number in names}
    new = [_clean(names[number]) for number, choice in chosen.items() if choice == "new"]
    wanted = {int(choice[1:]) for choice in chosen.values() if re.fullmatch(r"m\d{1,17}", choice)}
    found = {name: attendance.named(read.meeting, name) for name in new}
    wanted |= {membership.pk for membership in found.values() if membership}
    members = read.meeting.community.memberships.filter(pk__in=wanted)
    newcomers = [name for name, membership in found.items() if membership is None]
    return list(members), newcomers, sum(choice == "guest" for choice in chosen.values())


def _list(meeting: Meeting, name: str, by: User, because: Because | None) -> Membership:
    return attendance.walk_in(meeting, name, method=Attendance.Method.IMPORT, by=by, because=because).membership


def _add_guests(meeting: Meeting, guests: int, by: User, because: Because | None) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(guests=F("guests") + guests)
    if because:
        meeting.refresh_from_db(fields=["guests"])
        corrections.write_guests(meeting, meeting.guests - guests, meeting.guests, because, by)


def _standing(meeting: Meeting, members: list[Membership]) -> dict[str, list | None]:
    """The rows as they are, by membership; None where there is none."""
    rows = meeting.attendances.filter(membership__in=members)
    known = {
        a.membership_id: [
            a.status,
            a.method,
            a.mode,
            a.recorded_at and a.recorded_at.isoformat(),
            a.recorded_by_id,
            a.came_late,
            a.left_early,
        ]
        for a in rows
    }
    return {str(m.pk): known.get(m.pk) for m in members}


def _mark_present(meeting: Meeting, members: list[Membership], now: dt.datetime, by: User) -> None:
    """One statement for all. In a hybrid meeting, such a file speaks of those who were online."""
    mode = Meeting.Mode.ONLINE if meeting.is_hybrid else meeting.mode
    fields = {
        "status": Attendance.Status.PRESENT, "method": Attendance.Method.IMPORT, "mode": mode, "recorded_at": now,
        "recorded_by": by,
    }  # fmt: skip
    Attendance.objects.bulk_create(
        [Attendance(meeting=meeting, membership=member, **fields) for member in members],
        update_conflicts=True,
        unique_fields=["meeting", "membership"],
        update_fields=list(fields),
    )


def _clean(name: str) -> str:
    return list(readings(name))[1] or name


@transaction.atomic
def undo_import(read: AttendanceImport, by: User | None = None) -> int | None:
    """Put back what it wrote over, but what somebody changed since. How many lines; None if nothing is left."""
    meeting = read.meeting
    is_closed = corrections.hold(meeting)
    applied = AttendanceImport.objects.filter(pk=read.pk, applied_at__isnull=False, undone_at=None)
    if not applied.update(undone_at=timezone.now()):
        return None
    before = AttendanceImport.objects.values_list("before", flat=True).get(pk=read.pk)
    untouched = meeting.attendances.filter(
        method=Attendance.Method.IMPORT, status=Attendance.Status.PRESENT, recorded_at=parse_datetime(before["at"])
    )
    concerned = meeting.community.memberships.filter(pk__in=[*map(int, before["rows"]), *before["added"]])
    was = corrections.standing(meeting, concerned)
    undone = _put_back(untouched, before["rows"]) + _take_out(meeting, before["added"])
    counted = Meeting.objects.values_list("guests", flat=True).get(pk=meeting.pk)
    left = max(0, counted - before["guests"])
    Meeting.objects.filter(pk=meeting.pk).update(guests=left)
    if is_closed:
        because = Because(AttendanceCorrection.Why.UNDONE, read.file_name)
        corrections.record_correction(meeting, was, corrections.standing(meeting, concerned.all()), because, by)
        corrections.write_guests(meeting, counted, left, because, by)
    if started_at := parse_datetime(before.get("started") or ""):
        held.take_back_start(meeting, started_at)
    return undone + before["guests"]


def _put_back(untouched: QuerySet[Attendance], rows: dict[str, list | None]) -> int:
    changed = list(untouched.filter(membership__in=[int(pk) for pk in rows]))
    made = [a.pk for a in changed if rows[str(a.membership_id)] is None]
    for row in changed:
        if earlier := rows[str(row.membership_id)]:
            row.status, row.method, row.mode, recorded_at, row.recorded_by_id, *marks = earlier
            row.came_late, row.left_early = marks or (False, False)
            row.recorded_at = parse_datetime(recorded_at) if recorded_at else None
    Attendance.objects.bulk_update(
        [a for a in changed if a.pk not in made],
        ["status", "method", "mode", "recorded_at", "recorded_by", "came_late", "left_early"],
    )
    untouched.filter(pk__in=made).delete()
    return len(changed)


def _take_out(meeting: Meeting, added: list[int]) -> int:
    """People the import listed leave again, unless something else is known of them by now."""
    rows = meeting.attendances.filter(membership__in=added, method=Attendance.Method.IMPORT)
    count = rows.count()
    rows.delete()
    attendance.take_off_if_unused(added)
    return count


@retention.applies("attendance_files")
def forget_old_files(now: dt.datetime | None = None) -> int:
    """Files hold names and private addresses: gone after a week, with the undo they allow."""
    return AttendanceImport.objects.filter(read_at__lt=(now or timezone.now()) - KEPT_FOR).delete()[0]
