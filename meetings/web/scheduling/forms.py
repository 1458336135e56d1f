"""What people type of a meeting. Forms check; `meetings.domain.scheduling.planning` acts."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl import money
from cmtl.inputs import ClockField, DayInput
from cmtl.money import MoneyField
from cmtl.wall_clock import at_wall_clock
from communities.models import Community, Membership, Organisation, Role, RoleAssignment
from communities.web.shared_forms import PeopleBoxes
from meetings.domain.scheduling import planning, series
from meetings.models import Meeting, Training

EVENING, LATEST_END = dt.time(18), dt.time(4)  # what starts in the evening may end in the night


def _of_training(meeting: Meeting) -> dict[str, Any]:
    kept = Training.of(meeting)
    return {name: getattr(kept, name) for name in Training.FIELDS}


class MeetingForm(forms.ModelForm):
    """What planning and editing have in common. Whoever takes notes does not also facilitate (guide, p. 14)."""

    link = forms.URLField(
        label=_("Link to join"), required=False, max_length=500, assume_scheme="https", help_text=_("Zoom, Teams…")
    )
    note_taker_email = forms.EmailField(
        label=_("Notes taken by someone else"),
        required=False,
        help_text=_("The e-mail of a person of the team or a member."),
    )
    host_name = forms.CharField(
        label=_("Organisation that hosts"),
        required=False,
        max_length=160,
        help_text=_("When a member organisation lends the room: it counts as a contribution."),
        widget=forms.TextInput(attrs={"list": "organisations"}),
    )
    capacity = forms.IntegerField(
        label=_("Seats in the room"),
        required=False,
        min_value=1,
        max_value=2000,
        help_text=_("Leave empty without a limit. Beyond it, people are put on a waiting list, in their turn."),
    )
    theme = Training._meta.get_field("theme").formfield(widget=forms.TextInput(attrs={"list": "themes"}))
    expert = Training._meta.get_field("expert").formfield()
    cost = MoneyField(label=_("Cost of the training"), required=False, empty=None)
    fee = MoneyField(label=_("Share asked of each organisation"), required=False, empty=None)

    DETAILS = ("event", "venue", "registration", "capacity", "is_open_to_all", *Training.FIELDS)

    class Meta:
        model = Meeting
        fields = [
            "title", "objective", "kind", "mode", "link", "place", "facilitators", "note_taker", "event", "venue",
            "registration", "capacity", "is_open_to_all",
        ]  # fmt: skip
        widgets = {"facilitators": PeopleBoxes}
        help_texts = {
            "event": _("For a meeting held at a forum, a congress, a national gathering."),
            "is_open_to_all": _("For a training: a public page, whose link you pass on, lets anyone sign up."),
        }

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.community = community
        self.initial = _of_training(self.instance) | self.initial
        self.fields["title"].widget.attrs["list"] = "topics"
        self.fields["registration"].required = False
        self.fields["venue"].choices = [("", _("Not said")), *Meeting.Venue.choices]
        if self.instance.host:
            self.fields["host_name"].initial = self.instance.host.name
        held = self.instance.facilitators.all() if self.instance.pk else User.objects.none()
        self.fields["facilitators"].queryset = (community.facilitators() | held).distinct()
        takers = community.note_takers()
        if self.instance.note_taker_id:
            takers = takers | User.objects.filter(pk=self.instance.note_taker_id)
        self.fields["note_taker"].queryset = takers.distinct()
        self.fields["note_taker"].empty_label = _("Nobody yet")

    def clean(self) -> dict:
        data = super().clean()
        if address := data.get("note_taker_email"):
            data["note_taker"] = self._of_the_team(address)
        taker = data.get("note_taker")
        if taker and taker in (data.get("facilitators") or []):
            field = "note_taker_email" if data.get("note_taker_email") else "note_taker"
            self.add_error(
                field, gettext("Whoever facilitates cannot also take the notes: entrust them to someone else.")
            )
        data["registration"] = data.get("registration") or self.instance.registration
        if data.get("venue") != Meeting.Venue.MEMBER:
            data["host_name"] = ""
        if data.get("is_open_to_all") and data.get("kind") != Meeting.Kind.TRAINING:
            self.add_error("is_open_to_all", gettext("Only a training is opened to people outside the community."))
        return data

    def _of_the_team(self, address: str) -> User | None:
        person = User.objects.by_email(address)
        role_assignments = RoleAssignment.objects.in_force().filter(user=person).exclude(role=Role.EVALUATOR)
        in_team = role_assignments.filter(community=self.community)
        if self.community.programme_id:
            in_team = in_team | role_assignments.filter(programme=self.community.programme_id)
        member = Membership.objects.active().filter(community=self.community, user=person)
        if person is None or not (in_team.exists() or member.exists()):
            self.add_error(
                "note_taker_email",
                gettext("Nobody of this community has this address. Give them the note-taking role first."),
            )
            return None
        return person

    def values(self) -> dict:
        """What the verbs take."""
        names = ("title", "objective", "kind", "mode", "link", "place", "note_taker")
        return {
            **{name: self.cleaned_data[name] for name in names if name in self.fields},
            **{name: self.cleaned_data[name] for name in self.DETAILS},
            "host": Organisation.named(self.cleaned_data["host_name"]),
            "facilitators": list(self.cleaned_data["facilitators"]),
        }

    @property
    def opens_details(self) -> bool:
        """Something beyond the usual is said, or wrong: not to be left folded."""
        usual = {"registration": Meeting.Registration.OPTIONAL, "is_open_to_all": False}
        names = (*self.DETAILS, "host_name")
        said = any(self[name].value() not in (usual.get(name), None, "") for name in names)
        return said or any(name in self.errors for name in names)


class PlanForm(MeetingForm):
    """What is the same for every date of the series. `key` makes the form sent twice one series."""

    KEPT_OF_THE_REPLACED = (
        "kind", "mode", "link", "place", "objective", "event", "venue", "registration", "capacity", "is_open_to_all",
    )  # fmt: skip

    key = forms.UUIDField(widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Length, in minutes"), min_value=15, max_value=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["title"]  # each date has its own
        if planning.opens_in_person(self.community):
            self.fields["minutes"].help_text = _(
                "The first meeting, in person: half a day leaves time to get to know one another. Plan the online "
                "dates apart."
            )

    @classmethod
    def blank(cls, community: Community, user: User, like: Meeting | None = None) -> "PlanForm":
        """With what is usual here; or what one meeting held, whose replacement is planned."""
        before = community.meetings.exclude(link="").order_by("-starts_at").values_list("link", flat=True).first()
        return cls(
            community=community,
            initial={
                "key": uuid.uuid4(),
                "minutes": planning.usual_minutes(community),
                "kind": planning.usual_kind(community),
                "mode": planning.usual_mode(community),
                "link": before or "",
                "facilitators": [user.pk],
                **(cls._kept_of(like) if like else {}),
            },
        )

    @classmethod
    def _kept_of(cls, meeting: Meeting) -> dict:
        own = {name: getattr(meeting, name) for name in cls.KEPT_OF_THE_REPLACED}
        return own | _of_training(meeting) | {"minutes": meeting.length_in_minutes}

    def values(self) -> dict:
        return super().values() | {"minutes": self.cleaned_data["minutes"], "key": self.cleaned_data["key"]}


class EditForm(MeetingForm):
    """One date. `version` is the one that was read: someone may have changed the meeting since. A member who
    co-facilitates it changes neither who runs it nor any other date (permissions.md, C8): `leads` is false."""

    day = forms.DateField(label=_("Date"), widget=DayInput)
    starts = ClockField(label=_("Starts at"))
    ends = ClockField(label=_("Ends at"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    because = forms.CharField(
        label=_("Reason of the change"),
        max_length=300,
        required=False,
        help_text=_("Told to those invited, if the time, the place or the mode changes."),
    )
    extent = forms.ChoiceField(
        label=_("Apply to"),
        choices=[("one", _("This date only")), ("following", _("This one and the following"))],
        initial="one",
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "The following dates of the series take what you changed here: hours, mode, place, link, facilitators, "
            "note-taker, room and replies. Each keeps its day and its topic; those begun, closed or cancelled stay."
        ),
    )

    def __init__(self, *args: Any, instance: Meeting, leads: bool, **kwargs: Any) -> None:
        start, end = instance.local_start, instance.local_end
        kwargs["initial"] = {
            "day": start.date(),
            "starts": start.time(),
            "ends": end.time(),
            "version": instance.version,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, instance=instance, **kwargs)
        self.later = series.following(instance).count()
        if not (self.later and leads):
            del self.fields["extent"]
        if not (instance.is_open and planning.is_known(instance)):
            del self.fields["because"]
        if not leads:
            self.fields["facilitators"].disabled = self.fields["note_taker"].disabled = True
            del self.fields["note_taker_email"]

    def clean(self) -> dict:
        data = super().clean()
        if not {"day", "starts", "ends"} <= data.keys():
            return data
        if not {"day", "starts", "ends"} & set(self.changed_data):
            data["starts_at"], data["ends_at"] = self.instance.starts_at, self.instance.ends_at
            return data
        for name, clock in (("starts_at", "starts"), ("ends_at", "ends")):
            try:
                data[name] = at_wall_clock(self._day_of(clock, data), data[clock], self.instance.zone)
            except ValidationError as error:
                self.add_error(clock, error)
            except (OverflowError, ValueError):
                self.add_error("day", gettext("This date is out of reach."))
        if {"starts_at", "ends_at"} <= data.keys() and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends", gettext("The meeting would end before it starts."))
        return data

    @staticmethod
    def _day_of(clock: str, data: dict) -> dt.date:
        """An evening may end after midnight: from 23:00 to 0:30, and not from 14:00 to 13:00."""
        ends_next_day = clock == "ends" and data["starts"] >= EVENING and data["ends"] < LATEST_END
        return data["day"] + dt.timedelta(days=ends_next_day)

    def _post_clean(self) -> None:
        """The instance stays as read: `planning.change` compares what is typed with what is kept."""

    def values(self) -> dict:
        times = {name: self.cleaned_data[name] for name in ("starts_at", "ends_at")}
        return super().values() | times | {"because": self.cleaned_data.get("because", "")}

    @property
    def is_for_following(self) -> bool:
        return self.cleaned_data.get("extent") == "following"

    def changed_values(self) -> set[str]:
        """Names as the verbs know them, of what differs from the date as it was read."""
        as_verbs = {"starts": "starts_at", "ends": "ends_at", "host_name": "host", "note_taker_email": "note_taker"}
        return {as_verbs.get(name, name) for name in self.changed_data}

    def kept(self, name: str) -> str:
        """What the meeting holds now, as a person reads it."""
        value = self.get_initial_for_field(self.fields[name], name)
        if isinstance(self.fields[name], MoneyField):
            return money.shown(value) if value is not None else ""
        if isinstance(self.fields[name], forms.BooleanField):
            return gettext("yes") if value else gettext("no")
        if name == "facilitators":
            return ", ".join(str(user) for user in value)
        if name == "note_taker":
            return str(self.instance.note_taker or "")
        if isinstance(self.fields[name], forms.ChoiceField):
            return str(dict(self.fields[name].choices).get(value, value))
        return str(localize(value)) if value else ""


class CancelForm(forms.Form):
    because = forms.CharField(
        label=_("Reason, told to those invited"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a few words: people will read it.")},
    )
