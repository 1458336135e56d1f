"""When a community's mails leave, and what they say first; the question that warms a meeting up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cmtl import editing
from cmtl.wall_clock import WallClockForm
from communities.models import Community, MailSettings
from communities.web.shared_forms import Resent
from meetings.domain import improvements
from meetings.domain.invitations import later, reminders, wording
from meetings.models import Invitation, MailWording, Meeting, WarmUpAnswer


def _choices(numbers: tuple[int, ...], words) -> list[tuple[int, str]]:
    return [(n, words(n) % {"n": n} if n else str(_("No such reminder"))) for n in numbers]


def _days(n: int) -> str:
    return ngettext("%(n)s day before, at 9", "%(n)s days before, at 9", n)


def _hours(n: int) -> str:
    return ngettext("%(n)s hour before", "%(n)s hours before", n)


class MailSettingsForm(Resent, forms.ModelForm):
    reminder_days = forms.TypedChoiceField(
        label=_("Reminder to those who said yes or maybe, or have not answered"),
        choices=lambda: _choices(reminders.DAYS, _days),
        coerce=int,
    )
    reminder_hours = forms.TypedChoiceField(
        label=_("Last reminder, with the link, to those coming"),
        choices=lambda: _choices(reminders.HOURS, _hours),
        coerce=int,
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = MailSettings
        fields = ["reminder_days", "reminder_hours", "mails_in_both_languages"]
        help_texts = {
            "mails_in_both_languages": _(
                "Otherwise each person reads the mail in their own language. When both are there, theirs comes first."
            )
        }

    def __init__(self, data: Any = None, *, community: Community) -> None:
        kept = MailSettings.of(community)
        super().__init__(data, instance=kept, initial={"shown": editing.seen(community, self.Meta.fields)})

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class WordingForm(Resent, forms.ModelForm):
    """What is typed as it usually is stays empty: a better usual wording will then reach this community too."""

    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = MailWording
        fields = list(MailWording.FIELDS)
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in MailWording.FIELDS if "opening" in name}

    def __init__(self, data: Any = None, *, kept: MailWording) -> None:
        initial = {name: getattr(kept, name) or self._usual(kept.kind, name) for name in MailWording.FIELDS}
        shown = editing.seen(kept, MailWording.FIELDS)
        super().__init__(data, instance=kept, initial={**initial, "shown": shown})
        self.kind = kept.kind
        for name in MailWording.FIELDS:
            self.fields[name].widget.attrs["lang"] = name.rpartition("_")[2]

    @staticmethod
    def _usual(kind: str, name: str) -> str:
        part, _under, language = name.partition("_")
        return wording.usual(kind, part, language)

    def clean(self) -> dict:
        super().clean()
        data = self.cleaned_data
        for name in MailWording.FIELDS:
            text = data.get(name, "")
            try:
                wording.check(text)
            except forms.ValidationError as error:
                self.add_error(name, error)
            if _plain(text) == _plain(self._usual(self.kind, name)):
                data[name] = ""
        return data

    def _post_clean(self) -> None:
        """The instance stays as kept: what is typed is compared with it."""

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in MailWording.FIELDS}

    def typed(self) -> MailWording:
        """What would be kept, not written anywhere."""
        return MailWording(kind=self.kind, **self.changes())


def _plain(text: str) -> str:
    """Browsers change the ends of lines and some spaces."""
    return " ".join(text.split())


class WarmUpForm(Resent, forms.ModelForm):
    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Invitation
        fields = ["warm_up"]
        labels = {"warm_up": _("The question")}
        help_texts = {
            "warm_up": _("Short and open: « What surprised you in your practice this month? » Empty: no question.")
        }

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        shown = editing.seen(meeting, self.Meta.fields)
        super().__init__(data, instance=Invitation.of(meeting), initial={"shown": shown})

    def _post_clean(self) -> None:
        """The question stays as read."""

    def changes(self) -> dict:
        return {"warm_up": self.cleaned_data["warm_up"]}


class WarmUpAnswerForm(forms.ModelForm):
    text = forms.CharField(max_length=200, required=False)

    class Meta:
        model = WarmUpAnswer
        fields = ["text"]


class LaterForm(WallClockForm):
    """When the invitation leaves, by the clock of the community."""

    use_required_attribute = False  # it stands in the form that sends at once

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        self.meeting = meeting
        hour = (Invitation.of(meeting).send_at or later.usual_hour(meeting)).astimezone(meeting.zone)
        initial = {"day": hour.date(), "starts": hour.time()}
        super().__init__(data, initial=initial, zone=meeting.zone)

    def clean(self) -> dict:
        data = super().clean()
        if "starts_at" in data:
            try:
                later.check(self.meeting, data["starts_at"])
            except forms.ValidationError as error:
                self.add_error("day", error)
        return data


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("A few words of yours"),
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Placed at the top of the mail, in both languages as you write them."),
    )
    tells_changes = forms.BooleanField(label=_("Tell what we have changed"), required=False)
    showed_changes = forms.BooleanField(widget=forms.HiddenInput, required=False, initial=True)

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        """The box is there when there is something to tell: what is answered and was told by no other invitation."""
        kept = Invitation.of(meeting)
        super().__init__(data, initial={"words": kept.words, "tells_changes": kept.tells_changes}, label_suffix="")
        n = len(improvements.to_tell(meeting))
        self.fields["tells_changes"].help_text = ngettext(
            "%(n)s improvement that you answered, with its answer.",
            "%(n)s improvements that you answered, with their answers.",
            n,
        ) % {"n": n}
        if not n:
            del self.fields["tells_changes"], self.fields["showed_changes"]
        self.kept = kept

    @property
    def tells(self) -> bool:
        """As ticked here; where the page did not show the box, as it was: a colleague may have answered one since."""
        if self.is_bound and self.is_valid() and self.cleaned_data.get("showed_changes"):
            return self.cleaned_data["tells_changes"]
        return self.kept.tells_changes
