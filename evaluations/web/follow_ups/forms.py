"""The forms of individual follow-ups. What is typed in them is confidential: the browser keeps no draft of it."""

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl.encrypted import readable, why_empty
from cmtl.inputs import ClockField, DayInput
from communities.models import Community, Membership
from communities.web.shared_forms import PartForm, PeopleSelect
from evaluations.domain.follow_ups import passing_on, times
from evaluations.domain.follow_ups.clarifying import Part
from evaluations.domain.follow_ups.passing_on import Becomes
from evaluations.models import IndividualFollowUp, OfferedTime

State = IndividualFollowUp.State
SAID = (State.PLANNED, State.OFFERED, State.HELD, State.DECLINED)  # « not needed » answers a suggestion


class MemberField(forms.ModelChoiceField):
    widget = PeopleSelect

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user.full_name} · {obj.represents}"


class FollowUpForm(PartForm):
    """As its author writes it. Nothing but the person is required."""

    class Meta:
        model = IndividualFollowUp
        fields = [
            "state",
            "reason",
            "mode",
            "on",
            "is_within_programme",
            "notes",
            "next_step",
            "next_step_on",
            "is_next_step_done",
        ]
        widgets = {
            "notes": forms.Textarea(attrs={"rows": 12, "autocomplete": "off"}),
            "next_step": forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
            "on": DayInput,
            "next_step_on": DayInput,
        }
        help_texts = {
            "on": _("Held or foreseen. Of what was held, today if you leave it empty."),
            "reason": _("Read by you alone, and by whom you name."),
            "next_step_on": _("Today then reminds you of it, and you alone."),
        }

    reason = forms.ChoiceField(
        label=_("Why"), choices=IndividualFollowUp.Reason, initial=IndividualFollowUp.Reason.OTHER
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.state if self.instance.pk else ""
        self.fields["state"].choices = [c for c in State.choices if c[0] in (kept, *SAID)]
        for name in ("reason", "notes", "next_step"):
            text = getattr(self.instance, name)
            self.initial[name] = readable(text)
            if lost := why_empty(text):
                self.fields[name].help_text, self.fields[name].required = lost, False
        if not self.initial["reason"]:
            self.fields["reason"].choices = [("", "…"), *IndividualFollowUp.Reason.choices]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        day = said.get("on")
        if said.get("state") == State.HELD and day and day > timezone.localdate():
            self.add_error("on", _("This day is still to come: it is not held yet."))
        if said.get("next_step_on") and not said.get("next_step"):
            self.add_error("next_step", _("Say what is to be done by that day."))
        return said


class NewFollowUpForm(FollowUpForm):
    membership = MemberField(
        label=_("With whom"),
        queryset=Membership.objects.none(),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose the person.")},
    )
    field_order = ["membership"]

    def __init__(self, *args: Any, people, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = people


class ReaderForm(forms.Form):
    reader = forms.ModelChoiceField(
        label=_("Who else may read it"),
        queryset=User.objects.none(),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose the person.")},
    )

    def __init__(self, data: Any = None, *, people) -> None:
        super().__init__(data, label_suffix="")
        self.fields["reader"].queryset = people
        self.fields["reader"].label_from_instance = lambda user: user.full_name


class PassOnForm(forms.Form):
    words = forms.CharField(
        label=_("In your words, without a name"),
        max_length=passing_on.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": passing_on.LONGEST, "autocomplete": "off"}),
        error_messages={"required": _("Write what you pass on.")},
    )
    becomes = forms.ChoiceField(label=_("What becomes of it"), choices=Becomes, widget=forms.RadioSelect)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"becomes": Becomes.TOPIC})


class SendAgainForm(forms.Form):
    parts = forms.MultipleChoiceField(
        label=_("What to send again"),
        choices=Part,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one of the two.")},
    )
    sentence = forms.CharField(
        label=_("A sentence of yours"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")


class TimesForm(forms.Form):
    """The first one at least, by the clock of the community."""

    minutes = forms.IntegerField(label=_("Length, in minutes"), min_value=10, max_value=120, initial=30)
    mode = forms.ChoiceField(label=_("How"), choices=[("", _("Choose…")), *IndividualFollowUp.Mode.choices])
    where = forms.CharField(
        label=_("Where"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The place, the number to call, or the link to join. The mails to both of you say it too."),
        error_messages={"required": _("Say where, which number, or which link.")},
    )
    field_order = ["day_1", "starts_1", "day_2", "starts_2", "day_3", "starts_3"]

    def __init__(self, data: Any = None, *, community: Community, kept: OfferedTime | None = None) -> None:
        initial = {"mode": kept.mode, "where": readable(kept.where), "minutes": kept.minutes} if kept else {}
        super().__init__(data, label_suffix="", initial=initial)
        self.zone = zoneinfo.ZoneInfo(community.time_zone)
        for n in range(1, OfferedTime.MOST + 1):
            words = {"n": n}
            self.fields[f"day_{n}"] = forms.DateField(
                label=_("Day, choice %(n)s") % words,
                widget=DayInput,
                required=n == 1,
                error_messages={"required": _("Choose a day.")},
            )
            self.fields[f"starts_{n}"] = ClockField(
                label=_("Time, choice %(n)s") % words,
                required=n == 1,
                error_messages={"required": _("Say at what time.")},
            )
        self.order_fields(self.field_order)

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"day_{n}"], self[f"starts_{n}"]) for n in range(1, OfferedTime.MOST + 1)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.starts = []
        for n in range(1, OfferedTime.MOST + 1):
            day, clock = said.get(f"day_{n}"), said.get(f"starts_{n}")
            if day and clock:
                self._add_start(n, day, clock)
            elif day and f"starts_{n}" not in self.errors:
                self.add_error(f"starts_{n}", _("Say at what time."))
            elif clock and f"day_{n}" not in self.errors:
                self.add_error(f"day_{n}", _("Choose a day."))
        return said

    def _add_start(self, n: int, day: dt.date, clock: dt.time) -> None:
        """In UTC: by the clock of a place, two hours that are one compare as two."""
        if day > timezone.localdate() + times.FARTHEST:
            self.add_error(f"day_{n}", _("This day is more than a year ahead."))
            return
        here = dt.datetime.combine(day, clock, self.zone)
        start = here.astimezone(dt.UTC)
        if start.astimezone(self.zone).time() != here.time():
            self.add_error(f"starts_{n}", _("This hour does not exist that day: clocks are put forward."))
        elif start <= timezone.now():
            self.add_error(f"day_{n}", _("This time is past."))
        self.starts.append(start)

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("minutes", "mode", "where")}


class OpenNotesForm(forms.Form):
    membership = MemberField(
        label=_("The notes about"),
        queryset=Membership.objects.none(),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose the person.")},
    )
    because = forms.CharField(
        label=_("Why it cannot wait"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever wrote the notes reads this sentence, with your name, at once."),
        error_messages={"required": _("Say why.")},
    )

    def __init__(self, data: Any = None, *, people) -> None:
        super().__init__(data, label_suffix="")
        self.fields["membership"].queryset = people
