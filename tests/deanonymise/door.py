"""Names typed at the door of the room, by somebody who is not who they say: to take the place of a member who is there,
and to make a few people seem many enough for their answers to be shown."""

import datetime as dt
from typing import Protocol

from django.urls import reverse
from django.utils import timezone

from evaluations.models import Release, Response, Survey
from evaluations.tasks import tend_surveys
from tests.deanonymise.naive import Storage
from tests.deanonymise.site import Phone

INVENTED = ("Rita Vent", "Paul Brume", "Line Nuage", "Marc Givre", "Lise Orage")
THRESHOLD = 5
WAITED = dt.timedelta(days=15)  # longer than seats may wait to be confirmed


class Door(Protocol):
    members: dict[str, str]  # name → what this member will say

    def type(self, name: str, words: str) -> None: ...
    def answer_by_link(self, name: str, words: str) -> bool: ...
    def close(self) -> set[str]:
        """All words that were kept."""

    def is_shown(self) -> bool: ...


# ---------------------------------------------------------------- the attacks


def take_places(door: Door, words: str) -> tuple[int, int]:
    """Listed members whose answer was lost or replaced, because their name had been typed; of how many."""
    for number, name in enumerate(door.members):
        door.type(name, f"{words}{number}")
    refused = [name for name, said in door.members.items() if not door.answer_by_link(name, said)]
    kept = door.close()
    typed = {name: f"{words}{number}" for number, name in enumerate(door.members)}
    lost = [name for name, said in door.members.items() if name in refused or said not in kept or typed[name] in kept]
    return len(lost), len(door.members)


def seem_many(door: Door, words: str) -> tuple[int, int]:
    """Whether answers of fewer people than the threshold are shown, thanks to names that are nobody's."""
    assert len(door.members) < THRESHOLD
    for name, said in door.members.items():
        door.answer_by_link(name, said)
    for name in INVENTED:
        door.type(name, words)
    door.close()
    return int(door.is_shown()), 1


# ---------------------------------------------------------------- two doors


class OurDoor:
    def __init__(self, room, said: dict[str, str]) -> None:
        self.room, self.members = room, said
        self.by_name = {member.user.full_name: member for member in room.members}

    def type(self, name: str, words: str) -> None:
        """What the site lets them do: it may refuse."""
        phone = Phone(self.room.site.port)
        code = self.room.meeting.code
        door = reverse("meetings:room", args=[code])
        phone.fill(door, {"name": name})
        self._answer(phone, reverse("evaluations:room_ballot", args=[code]), words)

    def answer_by_link(self, name: str, words: str) -> bool:
        link = self.room.link[self.by_name[name].pk]
        return self._answer(Phone(self.room.site.port), link, words)

    @staticmethod
    def _answer(phone: Phone, address: str, words: str) -> bool:
        status, page = phone.get(address)
        if status != 200 or "csrfmiddlewaretoken" not in page:
            return False
        said = {"R1": "4", "R2": "3", "R3": "1", "R4": ["1"], "R5A": words}
        return phone.fill(address, said, page)[0] == 302

    def close(self) -> set[str]:
        self.room.close()
        if self.room.survey.is_open:  # seats wait to be confirmed, and nobody will
            Survey.objects.filter(pk=self.room.survey.pk).update(
                opened_at=timezone.now() - WAITED, closes_at=timezone.now() - WAITED
            )
            tend_surveys()
        rows = Response.objects.filter(survey=self.room.survey, code="R5A")
        return {str(row.value) for row in rows}

    def is_shown(self) -> bool:
        return Release.objects.filter(survey=self.room.survey).exists()


class NaiveDoor:
    """A name is a person: the first ballot of a name stays, and names are counted."""

    def __init__(self, naive: Storage, survey: int, said: dict[str, str]) -> None:
        self.run, self.survey, self.members = naive.connection.execute, survey, said
        self.run(
            "CREATE TABLE IF NOT EXISTS naive_door (survey_id int, name text, said text, UNIQUE (survey_id, name))"
        )

    def type(self, name: str, words: str) -> None:
        self.answer_by_link(name, words)

    def answer_by_link(self, name: str, words: str) -> bool:
        put = "INSERT INTO naive_door VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
        return bool(self.run(put, [self.survey, name, words]).rowcount)

    def close(self) -> set[str]:
        return {said for (said,) in self.run("SELECT said FROM naive_door WHERE survey_id = %s", [self.survey])}

    def is_shown(self) -> bool:
        return len(self.run("SELECT 1 FROM naive_door WHERE survey_id = %s", [self.survey]).fetchall()) >= THRESHOLD
