"""What people type to plan and change meetings. Forms check; `meetings.planning` acts."""

import datetime as dt
import uuid
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cmtl import money
from cmtl.inputs import ClockField, DayInput
from cmtl.money import MoneyField
from cmtl.numbers import whole_number
from communities.models import Community, Grant, Membership, Organisation, Role
from meetings import planning, series
from meetings.models import AgendaItem, Meeting

MOST_ROWS = 30
LATEST_YEAR = 2200  # beyond, a date is a slip of the finger


# ------------------------------------------------------------ lists of small forms


class Rows:
    """A list of small forms that a page lengthens, shortens and reorders, with or without JavaScript: each button is
    a submit named `step` (« add », « remove-2 », « up-2 », « down-2 »), and what was typed comes back."""

    def __init__(self, form_class: type[forms.Form], rows: list[dict], **kwargs: Any) -> None:
        self.rows, self.last_touched = rows[:MOST_ROWS], None
        self.form_class, self.kwargs, self.checked = form_class, kwargs, False

    @classmethod
    def read(cls, form_class: type[forms.Form], data: Any, **kwargs: Any) -> "Rows":
        count = min(whole_number(data.get("rows", "")), MOST_ROWS)
        rows = [{name: data.get(f"{n}-{name}", "") for name in form_class.base_fields} for n in range(count)]
        return cls(form_class, rows, **kwargs)

    def take(self, step: str, blank: dict) -> None:
        """Do what a button says; unknown words and numbers do nothing."""
        verb, _dash, number = step.partition("-")
        place = whole_number(number, -1)
        if verb == "add" and len(self.rows) < MOST_ROWS:
            self.rows.append(blank)
            self.last_touched = len(self.rows) - 1
        if not 0 <= place < len(self.rows):
            return
        if verb == "remove":
            del self.rows[place]
        other = place + {"up": -1, "down": 1}.get(verb, 0)
        if other != place and 0 <= other < len(self.rows):
            self.rows[place], self.rows[other] = self.rows[other], self.rows[place]
            self.last_touched = other

    @cached_property
    def lines(self) -> list[forms.Form]:
        return [self._form(n, row) for n, row in enumerate(self.rows)]

    def _form(self, n: int, row: dict) -> forms.Form:
        sent = {f"{n}-{name}": value for name, value in row.items()} if self.checked else None
        return self.form_class(sent, initial=row, prefix=str(n), **self.kwargs)

    def is_valid(self) -> bool:
        """From here on remarks are shown; until it is asked, what is typed is only kept."""
        self.checked = True
        self.__dict__.pop("lines", None)
        return not [form for form in self.lines if not form.is_valid()]

    @property
    def cleaned(self) -> list[dict]:
        return [form.cleaned_data for form in self.lines]


class DateForm(forms.Form):
    """One date of a series, as the clock on the wall of the community shows it."""

    day = forms.DateField(label=_("Date"), widget=DayInput)
    starts = ClockField(label=_("Time"))

    def __init__(self, *args: Any, zone: zoneinfo.ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict:
        data = super().clean()
        if "day" in data and data["day"].year > LATEST_YEAR:
            self.add_error("day", _t("This date is out of reach."))
        elif "day" in data and "starts" in data:
            try:
                data["starts_at"] = planning.at_wall_clock(data["day"], data["starts"], self.zone)
            except ValidationError as error:
                self.add_error("starts", error)
            except (OverflowError, ValueError):
                self.add_error("day", _t("This date is out of reach."))
        return data

    @cached_property
    def typed_day(self) -> dt.date | None:
        """The date as typed, to say which day of the week it is."""
        return self._typed("day")

    @cached_property
    def typed_start(self) -> dt.datetime | None:
        """The instant as typed, as far as it can be read."""
        day, starts = self.typed_day, self._typed("starts")
        try:
            is_near = day and day.year <= LATEST_YEAR
            return planning.at_wall_clock(day, starts, self.zone) if is_near and starts else None
        except (ValidationError, OverflowError, ValueError):
            return None

    @property
    def warning(self) -> str | None:
        return planning.past_warning(self.typed_start, self.zone) if self.typed_start else None

    def _typed(self, name: str) -> Any:
        try:
            return self.fields[name].to_python(self[name].value())
        except ValidationError:
            return None


class PlannedDateForm(DateForm):
    """A date with its own topic, where the programme of the year is set ahead."""

    title = forms.CharField(
        label=_("Topic"), max_length=160, required=False, widget=forms.TextInput(attrs={"list": "topics"})
    )


class SeriesForm(forms.Form):
    """« The second Tuesday of the month, from September to June, at noon »: turned into dates that can be edited."""

    RANKS = [
        (1, pgettext_lazy("of the month", "first")),
        (2, pgettext_lazy("of the month", "second")),
        (3, pgettext_lazy("of the month", "third")),
        (4, pgettext_lazy("of the month", "fourth")),
        (5, pgettext_lazy("of the month", "last")),
    ]
    DAYS = [
        (0, _("Monday")),
        (1, _("Tuesday")),
        (2, _("Wednesday")),
        (3, _("Thursday")),
        (4, _("Friday")),
        (5, _("Saturday")),
        (6, _("Sunday")),
    ]
    EVERY = [(1, _("every month")), (2, _("every two months")), (3, _("every three months"))]

    rank = forms.TypedChoiceField(label=_("Which"), choices=RANKS, coerce=int, initial=2)
    weekday = forms.TypedChoiceField(label=_("Day of the week"), choices=DAYS, coerce=int, initial=1)
    every = forms.TypedChoiceField(label=_("How often"), choices=EVERY, coerce=int, initial=1)
    since = forms.DateField(label=pgettext_lazy("series", "From"), widget=DayInput)
    until = forms.DateField(label=pgettext_lazy("series", "Until"), widget=DayInput)
    at = ClockField(label=_("Time"), initial=dt.time(12))

    def clean(self) -> dict:
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _t("The end comes before the beginning."))
        elif since and until and (until - since).days > 3 * 366:
            self.add_error("until", _t("Three years at most in one go."))
        return data

    @classmethod
    def kept(cls, data: Any) -> "SeriesForm":
        """What was typed, without remarks."""
        return cls(initial={name: data.get(f"series-{name}", "") for name in cls.base_fields}, prefix="series")

    def dates(self) -> list[dict]:
        data = self.cleaned_data
        days = planning.days_of(
            rank=data["rank"], weekday=data["weekday"], since=data["since"], until=data["until"], every=data["every"]
        )
        return [{"day": day.isoformat(), "starts": data["at"].strftime("%H:%M")} for day in days]


# ------------------------------------------------------------ a meeting


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
    cost = MoneyField(label=_("Cost of the training"), required=False, empty=None)
    fee = MoneyField(label=_("Share asked of each organisation"), required=False, empty=None)

    DETAILS = (
        "event", "venue", "registration", "capacity", "is_open_to_all", "theme", "expert", "cost", "fee",
    )  # fmt: skip

    class Meta:
        model = Meeting
        fields = [
            "title", "objective", "kind", "mode", "link", "place", "facilitators", "note_taker", "event", "venue",
            "registration", "capacity", "is_open_to_all", "theme", "expert", "cost", "fee",
        ]  # fmt: skip
        widgets = {
            "facilitators": forms.CheckboxSelectMultiple,
            "theme": forms.TextInput(attrs={"list": "themes"}),
        }
        help_texts = {
            "event": _("For a meeting held at a forum, a congress, a national gathering."),
            "is_open_to_all": _("For a training: a public page, whose link you pass on, lets anyone sign up."),
        }

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.community = community
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
            self.add_error(field, _t("Whoever facilitates cannot also take the notes: entrust them to someone else."))
        data["registration"] = data.get("registration") or self.instance.registration
        if data.get("venue") != Meeting.Venue.MEMBER:
            data["host_name"] = ""
        if data.get("is_open_to_all") and data.get("kind") != Meeting.Kind.TRAINING:
            self.add_error("is_open_to_all", _t("Only a training is opened to people outside the community."))
        return data

    def _of_the_team(self, address: str) -> User | None:
        person = User.objects.by_email(address)
        grants = Grant.objects.in_force().filter(user=person).exclude(role=Role.EVALUATOR)
        in_team = grants.filter(community=self.community)
        if self.community.programme_id:
            in_team = in_team | grants.filter(programme=self.community.programme_id)
        member = Membership.objects.active().filter(community=self.community, user=person)
        if person is None or not (in_team.exists() or member.exists()):
            self.add_error(
                "note_taker_email",
                _t("Nobody of this community has this address. Give them the note-taking role first."),
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

    KEPT_OF_THE_REPLACED = ("minutes", "kind", "mode", "link", "place", "objective", *MeetingForm.DETAILS)

    key = forms.UUIDField(widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Length, in minutes"), min_value=15, max_value=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["title"]  # each date has its own

    @classmethod
    def blank(cls, community: Community, user: User, like: Meeting | None = None) -> "PlanForm":
        """With what is usual here; or what one meeting held, whose replacement is planned."""
        before = community.meetings.exclude(link="").order_by("-starts_at").values_list("link", flat=True).first()
        return cls(
            community=community,
            initial={
                "key": uuid.uuid4(),
                "minutes": community.meeting_minutes,
                "mode": planning.usual_mode(community),
                "link": before or "",
                "facilitators": [user.pk],
                **({name: getattr(like, name) for name in cls.KEPT_OF_THE_REPLACED} if like else {}),
            },
        )

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
                data[name] = planning.at_wall_clock(data["day"], data[clock], self.instance.zone)
            except ValidationError as error:
                self.add_error(clock, error)
            except (OverflowError, ValueError):
                self.add_error("day", _t("This date is out of reach."))
        if {"starts_at", "ends_at"} <= data.keys() and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends", _t("The meeting would end before it starts."))
        return data

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
            return _t("yes") if value else _t("no")
        if name == "facilitators":
            return ", ".join(str(user) for user in value)
        if name == "note_taker":
            return str(self.instance.note_taker or "")
        if isinstance(self.fields[name], forms.ChoiceField):
            return str(dict(self.fields[name].choices).get(value, value))
        return str(localize(value)) if value else ""


class BlockForm(forms.Form):
    """One block of the agenda."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Phase"), choices=AgendaItem.Kind.choices, initial=AgendaItem.Kind.EXCHANGE)
    title = forms.CharField(label=_("Title"), max_length=160)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480)
    goal = forms.CharField(label=_("Goal"), max_length=200, required=False)
    method = forms.CharField(label=_("Method"), max_length=200, required=False)
    material = forms.CharField(label=_("Material"), max_length=200, required=False)


class CancelForm(forms.Form):
    because = forms.CharField(
        label=_("Reason, told to those invited"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a few words: people will read it.")},
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("A few words of yours"),
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Placed at the top of the mail, in both languages as you write them."),
    )
