"""What the forms of communities share."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cmtl import editing, money
from cmtl.inputs import DayInput
from cmtl.parts import row_with
from communities.domain.members import parental
from communities.models import Membership


class LinesWidget(forms.Widget):
    """Any number of one-line answers under one legend; a script adds lines, the server takes all it receives."""

    template_name = "communities/_lines.html"
    use_fieldset = True

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["lines"] = [line for line in value or [] if line.strip()] or [""]
        return context

    def value_from_datadict(self, data, files, name):
        return data.getlist(name)

    def id_for_label(self, id_):
        return ""


class LinesField(forms.Field):
    widget = LinesWidget

    def clean(self, value):
        lines = [" ".join(line.split()) for line in value or []]
        if any(len(line) > 300 for line in lines):
            raise ValidationError(_("Keep each objective under 300 characters."))
        return [line for line in lines if line]


def day(label, **options):
    return forms.DateField(label=label, widget=DayInput, required=False, **options)


class Row(forms.Form):
    """One of a list edited whole: stored, with its `pk`, or blank. Its ticks read as a sentence, without a colon."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})

    def has_changed(self) -> bool:
        """Whether somebody wrote in it. What a browser sends of a row that nobody touched (the first choice of a
        list, a box that was ticked) is nothing written, and neither is a box unticked."""
        return any(self[name].data and not self._is_chosen(name) for name in self.changed_data)

    def _is_chosen(self, name: str) -> bool:
        return isinstance(self.fields[name], forms.ChoiceField)


class PeopleBoxes(forms.CheckboxSelectMultiple):
    """Names to tick: a long list gets a field that narrows it (`narrow.js`)."""

    def __init__(self, attrs=None, choices=()) -> None:
        super().__init__({"class": "long-list", **(attrs or {})}, choices)


class PeopleSelect(forms.Select):
    """One name of many, narrowed in the same way."""

    def __init__(self, attrs=None, choices=()) -> None:
        super().__init__({"class": "long-list", **(attrs or {})}, choices)


class PeopleField(forms.ModelMultipleChoiceField):
    widget = PeopleBoxes

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user.full_name} · {obj.represents}"


class AgeForm(forms.Form):
    """A public form asks whether one is under 14, and then keeps nothing: a parent must agree first. The answer is not
    passed on."""

    under_14 = forms.BooleanField(label=_("I am under 14."), required=False)

    def clean_under_14(self) -> bool:
        if self.cleaned_data["under_14"]:
            raise ValidationError(parental.NOT_YET)
        return False

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        cleaned.pop("under_14", None)
        return cleaned


class LetterForm(forms.Form):
    """A few words to some people."""

    words_help: str | Promise = ""  # where they are read

    people = PeopleField(
        label=_("To"),
        queryset=Membership.objects.none(),
        error_messages={"required": _("Choose at least one person.")},
    )
    words = forms.CharField(
        label=_("Your words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        required=False,
    )

    def __init__(self, data=None, *, people) -> None:
        super().__init__(data, label_suffix="")
        self.fields["people"].queryset = people
        self.fields["words"].help_text = self.words_help


class Resent:
    """A form shown again after somebody else saved: the person's own words, over what is stored now."""

    def again(self, shown: str):
        self.data = self.data.copy()
        self.data["shown"] = shown
        return self


def differences(form, theirs, fields) -> list[dict]:
    """The fields that somebody else saved otherwise, as both would be read: stored first, written second."""
    return compared(form, {name: getattr(row_with(theirs, name), name) for name in fields}, form.cleaned_data)


def compared(form, stored: dict, mine: dict) -> list[dict]:
    """The same, of values already gathered."""
    return [
        {
            "label": form.fields[name].label,
            "theirs": as_read(form.fields[name], stored[name]),
            "yours": as_read(form.fields[name], mine[name]),
        }
        for name in stored
        if stored[name] != mine[name]
    ]


def as_read(field, value) -> str:
    if value in (None, "") or value == []:
        return "—"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(field, money.MoneyField):
        return money.shown(value)
    choices = dict(getattr(field, "choices", [])) if not isinstance(field, forms.ModelChoiceField) else {}
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value)
    return str(choices.get(value, value))


class PartForm(Resent, forms.ModelForm):
    """One thing of a community; `shown` says what one had read of it."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if self.instance.pk:
            self.initial["shown"] = editing.seen(self.instance, self.Meta.fields)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end is before the start."))
        return cleaned

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The verbs write; the instance stays as it was read, so that the page can still name it."""


def written(formset) -> list[dict]:
    """Rows somebody filled in; the blank one at the end is not."""
    return [form.cleaned_data for form in formset if form.cleaned_data]
