"""One person in every place where the product can put a person; and everything that is kept, read as text."""

import base64
import datetime as dt
import io
import re
import subprocess
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from accounts.models import User
from accounts.models.erased import name_of, pointing_at, said_of, written_by_people
from cmtl import encrypted
from cmtl.caching import SealedSerializer
from communities.models import (
    DestructionRequest,
    ImportedLine,
    MemberImport,
    Membership,
    Organisation,
    Pause,
    TextDecision,
)
from evaluations.domain.surveys.questionnaires import IMPROVEMENT, TOPIC_WISH
from evaluations.models import (
    AnnualReport,
    Campaign,
    ConversationRequest,
    FollowUpReading,
    IndividualFollowUp,
    OfferedTime,
    OwnQuestion,
    Pool,
    Release,
    Response,
    SelfAssessment,
    SortedSuggestion,
    Survey,
)
from meetings.models import Attendance
from outbox.models import Message
from tests import services
from tests.deanonymise.site import pg_dump

FIRST, LAST = "Mirabelle", "Quatrebarbes"
EMAIL, PHONE = "mirabelle.quatrebarbes@exemple.quebec", "514 555-0177"
OWN_WORDS = "canari-violet"  # in what she says of herself
TRACES = ("quatrebarbes", PHONE, OWN_WORDS)
SENTENCE = f"Vu avec {FIRST} {LAST}."


# ------------------------------------------------------------ everything that is kept, as text


def database() -> Iterator[tuple[str, str]]:
    """Each table, and each of its rows, with what is encrypted, packed or signed in it opened."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, opened(" ".join(_text(value) for value in row))


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def dump() -> Iterator[tuple[str, str]]:
    """The same of what `pg_dump` writes: what a backup holds."""
    written = subprocess.run(
        [pg_dump(), "--dbname", services.database_url()], capture_output=True, text=True, check=True
    ).stdout
    table = "(structure)"
    for line in written.splitlines():
        if line.startswith("COPY "):
            table = line.split()[1].removeprefix("public.")
        yield table, opened(line)
        if line == "\\.":
            table = "(structure)"


ENCRYPTED, SIGNED = re.compile(r"gAAAAA[\w=-]+"), re.compile(r"\.?[\w-]+:[\w-]{6}:[\w-]{43}")
BODY = re.compile(rb'"body": ?"([A-Za-z0-9+/=]+)"')
BYTES = re.compile(r"\\x((?:[0-9a-f]{2})+)")


def opened(text: str) -> str:
    """With it, what whoever has the keys of the site reads in it."""
    found = [text]
    found += [encrypted.opened_by(encrypted._box(), held) or "" for held in ENCRYPTED.findall(text)]
    found += [_session(held) for held in SIGNED.findall(text)]
    found += [bytes.fromhex(held).decode("utf-8", "replace") for held in BYTES.findall(text)]
    return " ".join(found)


def _session(held: str) -> str:
    with suppress(signing.BadSignature):  # a link, or signed with another key
        return str(signing.loads(held, salt=SessionStore().key_salt))
    return ""


def redis_holds() -> Iterator[tuple[str, str]]:
    """Each key of the database of caches and broker with what it holds, as it is, then opened with the site's key."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    reads = {
        b"string": lambda key: [server.get(key)],
        b"list": lambda key: server.lrange(key, 0, -1),
        b"set": server.smembers,
        b"hash": lambda key: [part for pair in server.hgetall(key).items() for part in pair],
        b"zset": lambda key: server.zrange(key, 0, -1),
        b"stream": lambda key: [str(server.xrange(key)).encode()],
        b"none": lambda _key: [],  # taken by a worker since it was listed
    }
    for key in server.scan_iter():
        for value in filter(None, reads[server.type(key)](key)):
            yield "as it lies", f"{_text(key)} {_text(value)}"
            yield "opened", _unsealed(value)


def _unsealed(value: bytes) -> str:
    """What a cache keeps, or the arguments of a task in the broker."""
    with suppress(InvalidToken):
        return str(SealedSerializer().loads(value))
    return " ".join(base64.b64decode(body).decode() for body in BODY.findall(value))


def files() -> Iterator[tuple[str, str]]:
    """The names and contents of what lies in DATA_DIR; archives are opened."""
    for path in Path(settings.DATA_DIR).rglob("*"):
        if path.is_file() and path.suffix != ".sqlite3":
            content = path.read_bytes()
            yield path.name, f"{path} {content.decode('latin-1')}"
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(path) as kept:
                    for name in kept.namelist():
                        yield path.name, f"{name} {kept.read(name).decode('utf-8', 'replace')}"


def traces(of: Iterator[tuple[str, str]], wanted: tuple[str, ...] = TRACES) -> Counter[str]:
    """Where she is found, and how many times."""
    found: Counter[str] = Counter()
    for place, text in of:
        low = text.casefold()
        found[place] += sum(low.count(trace.casefold()) for trace in wanted)
    return +found


# ------------------------------------------------------------ wherever the product's verbs did not put her


def relations() -> Iterator[tuple[Any, str]]:
    """Each relation by which a row can point at her, or at what is hers, with its name."""
    waiting, seen = [User], {User}
    while waiting:
        for relation in pointing_at(waiting.pop()):
            said, name = said_of(relation.related_model), name_of(relation)
            yield relation, name
            if name in said.kept and relation.related_model not in seen:
                seen.add(relation.related_model)
                waiting.append(relation.related_model)


def hers(model: type[models.Model], her: User) -> models.QuerySet:
    paths = {User: "pk", Membership: "user", Attendance: "membership__user"}
    if model in paths:
        return model._base_manager.filter(**{paths[model]: her.pk})
    name = next(n for n in said_of(model).kept if model._meta.get_field(n).related_model in paths)
    to = model._meta.get_field(name).related_model
    return model._base_manager.filter(**{f"{name}__in": hers(to, her)})


def points_at_her(relation: Any, her: User) -> bool:
    return relation.related_model._base_manager.filter(
        **{f"{relation.field.name}__in": hers(relation.model, her)}
    ).exists()


def plant_relations(her: User, built: "Builder") -> None:
    for relation, _name in relations():
        if points_at_her(relation, her):
            continue
        target = hers(relation.model, her).order_by("pk").first()
        assert target, relation
        model = relation.related_model
        row = None if relation.field.unique or model in ALONE else model._base_manager.order_by("pk").first()
        if row and not model._meta.auto_created:
            setattr(row, relation.field.name, target)
            with suppress(IntegrityError), transaction.atomic():  # another row may hold that place: make one
                row.save()
                continue
        built.make(model, **{relation.field.name: target})


def plant_words(built: "Builder") -> None:
    """In each field that people write, of a row that is not hers."""
    for model, fields in written_by_people():
        row = built.row_of_others(model)
        for name in fields:
            field = model._meta.get_field(name)
            told: Any = (
                SENTENCE[: getattr(field, "max_length", None)] if not isinstance(field, models.JSONField) else None
            )
            if told is None:
                told = [{"text": SENTENCE}] if model is not Release else {"n": 5, "questions": [], "topics": [SENTENCE]}
                told = SENTENCE if model is Response else told
            setattr(row, name, told)
        row.save()


def plant_swept(built: "Builder") -> None:
    """In what no page shows and nobody decides of: answers that may not be read, files half read, other requests."""
    built.make(Response, code=IMPROVEMENT, value=SENTENCE)
    built.make(SelfAssessment, year=1990, answers={"trust": [3, SENTENCE]}, to_strengthen=SENTENCE)
    about = built.make(IndividualFollowUp, reason="other", notes=SENTENCE, next_step=SENTENCE)
    built.make(FollowUpReading, follow_up=about, because=SENTENCE)
    built.make(OfferedTime, follow_up=about, starts_at=timezone.now(), where=SENTENCE)
    built.make(ConversationRequest, membership=about.membership, words=SENTENCE, asked_on=dt.date(2020, 1, 1))
    built.make(Pool, year=1990, answers={TOPIC_WISH: [SENTENCE, "Autre chose"]}, is_told=False)
    other = built.make(User, first_name="Gaston")
    done = built.make(DestructionRequest, user=other, confirmed_at=timezone.now(), alone_because=SENTENCE)
    built.make(TextDecision, request=done, reason=SENTENCE)
    Message.objects.create(
        key="planted", kind="k", calendar=f"ATTENDEE:{EMAIL}", outcome=f"550 {EMAIL}", message_id="p"
    )
    lists = {
        "skipped": [{"name": f"{FIRST} {LAST}"}],
        "result": {"told": [SENTENCE]},
        "organisations": [{"a": SENTENCE}],
    }
    MemberImport.objects.filter(pk=MemberImport.objects.earliest("pk").pk).update(**lists)
    lines = ImportedLine.objects.filter(membership__user=built.her)
    assert lines.update(before={"phone": PHONE}), "a list wrote her"


ALONE = [DestructionRequest]  # its other relations are those of another request
ASKED = {"threshold": 5, "anonymity_threshold": 5}  # what checks of the database ask


class Builder:
    """Makes a row of any model with the least that it asks."""

    def __init__(self, her: User, community: Any) -> None:
        self.her, self.community = her, community
        self.n = 0

    def row_of_others(self, model: type[models.Model]) -> models.Model:
        others = model._base_manager.order_by("pk")
        for name in (*said_of(model).deleted_with, *said_of(model).kept):
            to = {User: "", Membership: "__user", Attendance: "__membership__user"}.get(
                model._meta.get_field(name).related_model
            )
            if to is not None:
                others = others.exclude(**{f"{name}{to}": self.her.pk})
        if model is AnnualReport:
            others = others.filter(published_at=None)
        return others.first() or self.make(model)

    def make(self, model: type[models.Model], **given: Any) -> models.Model:
        self.n += 1
        values = dict(given)
        for field in model._meta.concrete_fields:
            if field.name in values or field.primary_key and not field.is_relation:
                continue
            if field.null or (field.has_default() and not field.is_relation):
                continue
            values[field.name] = self._value(field)
        if model.__name__ == "RoleAssignment":
            values |= {"community": self.community, "role": "note_taker"}
        if model.__name__ == "Party" and "membership" not in given:
            values["organisation"] = Organisation.objects.first()
        if model is Pause:
            values["ends_on"] = dt.date(2030, 1, 1)
        if model is AnnualReport:
            values |= {"published_at": None, "year": 1990 + self.n}
        if model is Survey and "campaign" not in values:
            values.setdefault("meeting", self._value(Survey._meta.get_field("meeting")))
        if model is SortedSuggestion:
            values |= {"batch": self._value(SortedSuggestion._meta.get_field("batch")), "key": f"mot{self.n}"}
        if model is OwnQuestion:
            values["number"] = 1 + OwnQuestion.objects.filter(community=values["community"]).count()
        if model is Campaign:
            values |= {"closes_on": dt.date(2040, 1, 1), "year": 1990 + self.n}
        return model._base_manager.create(**values)

    def _value(self, field: Any) -> Any:
        if field.name in ASKED:
            return ASKED[field.name]
        if field.is_relation:
            to = field.related_model
            if to._meta.label == "communities.Community":
                return self.community
            row = None if field.unique else to._base_manager.exclude(pk=self.her.pk).order_by("pk").first()
            if to is Membership:
                row = Membership.objects.exclude(user=self.her).order_by("pk").last()
            return row or self.make(to)
        if field.choices:
            return field.choices[self.n % len(field.choices)][0]
        kind = field.get_internal_type()
        now = timezone.now() + dt.timedelta(days=self.n)
        return {
            "DateTimeField": now,
            "DateField": now.date(),
            "BooleanField": False,
            "JSONField": [],
            "UUIDField": uuid.uuid4(),
            "BinaryField": b"x",
            "GenericIPAddressField": "127.0.0.1",
        }.get(
            kind,
            (self.n + 90_000 if field.unique else 1 + self.n % 4)
            if "Integer" in kind
            else f"mot{self.n}"
            if kind != "FileField"
            else "",
        )
