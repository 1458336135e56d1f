"""Boring on purpose: one of each thing, with the least that makes it valid."""

import datetime as dt
import itertools

from django.utils import timezone

from accounts.models import User
from communities import profiles
from communities.models import Community, Grant, Membership, Objective, Organisation, Programme, Role, Rule, SetAside
from meetings.models import Attendance, Meeting, Note, Topic

_number = itertools.count(1)


def a_person(first_name="Alex", last_name="", **fields) -> User:
    n = next(_number)
    last_name = last_name or f"Tremblay{n}"
    fields.setdefault("email", f"personne{n}@exemple.quebec")
    return User.objects.create_user(first_name=first_name, last_name=last_name, **fields)


def a_programme(name="", **fields) -> Programme:
    return Programme.objects.create(name=name or f"Programme {next(_number)}", **fields)


def a_community(name="", profile=profiles.Profile.OPEN, **fields) -> Community:
    fields = {**profiles.PRESETS[profile].policies(), "status": Community.Status.ACTIVE, **fields}
    return Community.objects.create(name=name or f"Communauté {next(_number)}", profile=profile, **fields)


def a_grant(user, role=Role.FACILITATOR, **scope) -> Grant:
    return Grant.objects.create(user=user, role=role, **scope)


def a_member(community, user=None, *, organisation="", **fields) -> Membership:
    fields.setdefault("joined_on", dt.date(2024, 1, 15))
    return Membership.objects.create(
        community=community,
        user=user or a_person(),
        organisation=Organisation.named(organisation) if organisation else None,
        **fields,
    )


def a_meeting(community, starts_at=None, **fields) -> Meeting:
    starts_at = starts_at or timezone.now() + dt.timedelta(days=3)
    fields.setdefault("ends_at", starts_at + dt.timedelta(minutes=60))
    return Meeting.objects.create(community=community, starts_at=starts_at, **fields)


def an_attendance(meeting, membership, status=Attendance.Status.PRESENT, **fields) -> Attendance:
    return Attendance.objects.create(meeting=meeting, membership=membership, status=status, **fields)


def a_topic(community, title="", **fields) -> Topic:
    return Topic.objects.create(community=community, title=title or f"Sujet {next(_number)}", **fields)


def a_note(meeting, text="", **fields) -> Note:
    return Note.objects.create(meeting=meeting, text=text or f"Note {next(_number)}", **fields)


def an_objective(community, wording="", **fields) -> Objective:
    fields.setdefault("kind", Objective.Kind.LINKS)
    return Objective.objects.create(community=community, wording=wording or f"Objectif {next(_number)}", **fields)


def a_warning_set_aside(community, code="in_person", **fields) -> SetAside:
    fields.setdefault("reason", "Le groupe préfère le virtuel")
    return SetAside.objects.create(community=community, code=code, **fields)


def a_rule(community, text="", **fields) -> Rule:
    fields.setdefault("theme", Rule.Theme.RESPECT)
    return Rule.objects.create(community=community, text=text or f"Règle {next(_number)}", **fields)
