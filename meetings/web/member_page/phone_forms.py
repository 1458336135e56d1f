"""What a phone without an account sends: an answer, a wish, a code, a name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, Note, Reply

PLACES = [
    (Meeting.Mode.ONLINE.value, Meeting.Mode.ONLINE.label),
    (Meeting.Mode.IN_PERSON.value, Meeting.Mode.IN_PERSON.label),
]
YES_IN = {f"yes-{mode}": mode for mode, _label in PLACES}


class ReplyForm(forms.Form):
    """One press says the answer and, for a hybrid meeting, how one will come (« yes-online »)."""

    answer = forms.ChoiceField(
        choices=[*Reply.Answer.choices, *((value, value) for value in YES_IN)],
        error_messages={
            "required": _("Choose one of the three answers."),
            "invalid_choice": _("Choose one of the three answers."),
        },
    )
    mode = forms.ChoiceField(choices=PLACES, required=False)
    wish = forms.CharField(max_length=200, required=False)

    def clean(self) -> dict:
        data = super().clean()
        if mode := YES_IN.get(data.get("answer")):
            data["answer"], data["mode"] = Reply.Answer.YES.value, mode
        if "wish" not in self.data:  # the buttons alone say nothing of the wish: what was written stays
            data["wish"] = None
        return data


class PresenceForm(forms.Form):
    mode = forms.ChoiceField(choices=PLACES, required=False)


class GroupLineForm(forms.Form):
    """A line of a sub-group: `key` is chosen by the page, so that a line sent twice is one."""

    KINDS = (Note.Kind.HIGHLIGHT, Note.Kind.IDEA, Note.Kind.DECISION, Note.Kind.TOPIC)

    group = forms.IntegerField()
    key = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in KINDS])
    text = forms.CharField(max_length=600, error_messages={"required": _("Write a few words first.")})


class RoomForm(forms.Form):
    """Who says « I am here » with the code of the room."""

    name = forms.CharField(
        label=_("Your first and last name"),
        max_length=160,
        min_length=2,
        error_messages={"required": _("Write your name."), "min_length": _("Write your first and last name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = forms.CharField(
        label=_("Your organisation"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    mode = forms.ChoiceField(choices=PLACES, required=False, widget=forms.HiddenInput)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
