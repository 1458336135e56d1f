"""What people send from the console. Its fields are written in the page itself; these check them."""

from collections.abc import Iterable

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Membership
from meetings.domain.attendance import attendance
from meetings.domain.live.action_line import Action, read_action
from meetings.domain.live.notes import read_line
from meetings.models import Attendance, AttendanceCorrection, Meeting, Note


class LineForm(forms.Form):
    """A line as typed: its first character may say what it is."""

    kind = forms.ChoiceField(choices=Note.Kind.choices, required=False)
    text = forms.CharField(max_length=600, error_messages={"required": _("Write a few words first.")})
    assignee = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False)
    due_on = forms.DateField(required=False)

    def __init__(self, *args, meeting: Meeting, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = meeting.community.memberships.exclude(status=Membership.Status.ALUMNI)

    def clean(self) -> dict:
        data = super().clean()
        if "text" in data:
            data["kind"], data["text"] = read_line(data["text"], data.get("kind") or Note.Kind.HIGHLIGHT)
            if not data["text"]:
                self.add_error("text", self.fields["text"].error_messages["required"])
        return data


class NoteForm(LineForm):
    """Whom and what day an action names is read in its words. What was chosen beside them wins; `as_is` names what was
    read there by mistake, and stays in the text."""

    key = forms.UUIDField()
    as_is = forms.MultipleChoiceField(choices=[("assignee", ""), ("due_on", "")], required=False)

    def __init__(self, *args, meeting: Meeting, **kwargs) -> None:
        super().__init__(*args, meeting=meeting, **kwargs)
        self.meeting = meeting

    def clean(self) -> dict:
        data = super().clean()
        as_is = data.pop("as_is", [])
        if data.get("kind") == Note.Kind.ACTION and data.get("text"):
            action = action_of(self.meeting, data["text"], as_is)
            data["text"] = action.text
            data["assignee"] = data.get("assignee") or action.assignee
            data["due_on"] = data.get("due_on") or action.due_on
        return data


def action_of(meeting: Meeting, text: str, as_is: Iterable[str] = ()) -> Action:
    people = [] if "assignee" in as_is else attendance.people_of(meeting)
    return read_action(text, people, None if "due_on" in as_is else timezone.localdate(timezone=meeting.zone))


class NoteEditForm(LineForm):
    version = forms.IntegerField(min_value=0)


class AttendanceForm(forms.Form):
    status = forms.ChoiceField(choices=Attendance.Status.choices)
    mode = forms.ChoiceField(choices=Meeting.Mode.choices, required=False)
    mark = forms.ChoiceField(choices=[("late", ""), ("early", "")], required=False)


class CorrectionForm(forms.Form):
    """Why the attendance of a closed meeting is corrected."""

    why = forms.ChoiceField(
        label=_("Why do you correct it?"),
        choices=[("", _("Choose a reason")), *((why.value, why.label) for why in AttendanceCorrection.ASKED)],
        error_messages={
            "required": _("The meeting is closed: say why you correct its attendance."),
            "invalid_choice": _("The meeting is closed: say why you correct its attendance."),
        },
    )
    words = forms.CharField(
        label=AttendanceCorrection._meta.get_field("words").verbose_name, max_length=200, required=False
    )

    def clean(self) -> dict:
        data = super().clean()
        if data.get("why") == AttendanceCorrection.Why.OTHER and not data.get("words"):
            self.add_error("words", _("Write in a few words why you correct it."))
        return data


class WalkInForm(forms.Form):
    name = forms.CharField(max_length=160, error_messages={"required": _("Write the person’s name.")})
    organisation = forms.CharField(max_length=160, required=False)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class GuestsForm(forms.Form):
    guests = forms.IntegerField(min_value=0, max_value=500)


class MinutesForm(forms.Form):
    item = forms.IntegerField()
    total = forms.IntegerField(min_value=-480, max_value=480)


class TopicForm(forms.Form):
    """What is done with a topic of the meeting or of the backlog."""

    do = forms.ChoiceField(choices=[("discussed", ""), ("undo", ""), ("postpone", ""), ("bring", "")])


class SynthesisForm(forms.Form):
    """`resolve` says what to do with what someone else wrote meanwhile, of which one has `seen` the version."""

    text = forms.CharField(required=False, max_length=20_000, strip=False)
    version = forms.IntegerField(min_value=0)
    seen = forms.IntegerField(min_value=0, required=False)
    resolve = forms.ChoiceField(choices=[("mine", ""), ("theirs", ""), ("both", "")], required=False)
