"""Giving a testimonial, and what those who facilitate write around it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cmtl.encrypted import readable, why_empty
from cmtl.inputs import DayInput
from communities.domain.testimonials import testimonials, wordings
from communities.domain.testimonials.testimonials import AT_MOST, ENDS_AFTER, OF_A_CHILD, Said
from communities.models import Testimonial, Use
from communities.web.shared_forms import AgeForm, LetterForm, Resent


def words(label: Any, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 7, "maxlength": Testimonial.LONGEST})
    return forms.CharField(label=label, widget=widget, max_length=Testimonial.LONGEST, **options)


class TestimonialForm(Resent, forms.Form):
    """Each use apart, none ticked beforehand."""

    text = words(_("In your own words"), help_text=_("Name nobody but yourself. 1,500 characters at most."))
    named = forms.ChoiceField(
        label=_("How do you want to be named?"), choices=Testimonial.Named.choices, widget=forms.RadioSelect
    )
    uses = forms.MultipleChoiceField(
        choices=Use.choices,
        required=False,
        error_messages={"required": _("Allow one use at least: without any, it would be shown nowhere.")},
    )
    ends_on = forms.DateField(
        label=_("Until when?"),
        widget=DayInput,
        help_text=_("After that day it is shown nowhere. You can extend it, or end it sooner."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, testimonial: Testimonial | None = None) -> None:
        initial: dict[str, Any] = {"ends_on": testimonials.in_years(ENDS_AFTER)}
        self.given: dict[str, Any] = {}
        if testimonial:
            self.given = {c.use: c for c in testimonial.consents.in_force()}  # type: ignore[attr-defined]
            initial = {
                "text": readable(testimonial.text),
                "named": testimonial.named,
                "uses": list(self.given),
                "ends_on": testimonial.ends_on,
                "shown": testimonials.seen(testimonial),
            }
        super().__init__(data, initial=initial, label_suffix="")
        self.fields["uses"].required = testimonial is None
        if testimonial and (unreadable := why_empty(testimonial.text)):
            self.fields["text"].help_text = unreadable
        self.fields["ends_on"].widget.attrs |= {
            "min": f"{timezone.localdate():%Y-%m-%d}",
            "max": f"{testimonials.in_years(AT_MOST):%Y-%m-%d}",
        }

    @property
    def lines(self) -> list[dict]:
        """One box a use, with the sentence that it agrees to: the one agreed to already, or today's."""
        ticked = self["uses"].value() or []
        return [
            {
                "value": use.value,
                "label": use.label,
                "sentence": wordings.agreed_to(self.given[use]) if use in self.given else wordings.wording_of(use),
                "is_ticked": use in ticked,
            }
            for use in Use
        ]

    def clean_text(self) -> str:
        return self.cleaned_data["text"].strip().replace("\r\n", "\n")

    def clean_ends_on(self):
        day, kept = self.cleaned_data["ends_on"], self.initial["ends_on"]
        if day < timezone.localdate() and day != kept:
            raise ValidationError(_("Choose a day to come."))
        if day > testimonials.in_years(AT_MOST):
            raise ValidationError(_("Choose a day within five years."))
        return day

    def said(self) -> Said:
        told = self.cleaned_data
        return Said(told["text"], told["named"], frozenset(told["uses"]), told["ends_on"])


class LessForm(TestimonialForm):
    """Where nothing more may be allowed, an archived community: uses to take back, an end to bring nearer."""

    def __init__(self, data: Any = None, *, testimonial: Testimonial) -> None:
        super().__init__(data, testimonial=testimonial)
        self.testimonial = testimonial
        del self.fields["text"], self.fields["named"]
        self.fields["ends_on"].widget.attrs["max"] = f"{testimonial.ends_on:%Y-%m-%d}"
        self.fields["ends_on"].help_text = _("After that day it is shown nowhere. You can end it sooner.")

    @property
    def lines(self) -> list[dict]:
        return [line for line in super().lines if line["value"] in self.given]

    def clean_ends_on(self):
        day = super().clean_ends_on()
        if day > self.testimonial.ends_on:
            raise ValidationError(_("It can end sooner, and no later."))
        return day

    def said(self) -> Said:
        told = self.cleaned_data
        return Said(self.testimonial.text, self.testimonial.named, frozenset(told["uses"]), told["ends_on"])


class GivingForm(AgeForm, TestimonialForm):
    """The first time: whoever is under 14 is told why theirs is not published, and nothing is kept."""

    def clean_under_14(self) -> bool:
        if self.cleaned_data["under_14"]:
            raise ValidationError(OF_A_CHILD)
        return False


class EditForm(Resent, forms.Form):
    """A light edit: spelling, a cut."""

    text = words(
        _("Your edit"),
        help_text=_("Spelling, a cut: it stays what the person said. They read both texts, and agree or decline."),
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, testimonial: Testimonial) -> None:
        text = readable(testimonial.edited_text or testimonial.text)
        super().__init__(data, initial={"text": text, "shown": testimonials.seen(testimonial)}, label_suffix="")

    def clean_text(self) -> str:
        return self.cleaned_data["text"].strip().replace("\r\n", "\n")


class AskForm(LetterForm):
    """What it would be for is said in the mail."""

    def __init__(self, data: Any = None, *, people: Any) -> None:
        super().__init__(data, people=people)
        self.fields["words"] = forms.CharField(
            label=_("What is it for?"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("They read it in the mail: the recruiting page of the autumn, the report of the year…"),
        )
