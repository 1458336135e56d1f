"""A community handed over to its members; alumni asked to come back."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cmtl.inputs import DayInput
from communities.domain.lifecycle import handing_over
from communities.models import Community, Membership
from communities.web.shared_forms import LetterForm, PeopleField

NOTICE = dt.timedelta(days=30)  # suggested, so that those who led can still pass things on


class HandOverForm(forms.Form):
    """Who takes over, and until when those who led still can."""

    members = PeopleField(
        label=_("Members who take over"),
        queryset=Membership.objects.none(),
        help_text=_("They will facilitate: two or three people rather than one."),
        error_messages={"required": _("Choose at least one member who takes over.")},
    )
    ends_on = forms.DateField(
        label=_("Last day of those who facilitate until now"),
        widget=DayInput,
    )
    reason = forms.CharField(label=_("Why, for the history"), max_length=300, required=False)

    def __init__(self, data=None, *, community: Community, by) -> None:
        super().__init__(data, initial={"ends_on": timezone.localdate() + NOTICE}, label_suffix="")
        self.fields["members"].queryset = handing_over.candidates(community).exclude(user=by)

    def clean_ends_on(self) -> dt.date:
        if self.cleaned_data["ends_on"] < timezone.localdate():
            raise ValidationError(_("This day is past."))
        return self.cleaned_data["ends_on"]


class ComeBackForm(LetterForm):
    """To people who left."""

    words_help = _("Added to the mail, above the button.")
