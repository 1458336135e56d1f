"""What the privacy officer writes in the register of anonymisation: the last analysis of the risks."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cmtl.inputs import DayInput
from communities.models import Anonymisation


class AnalysisForm(forms.ModelForm):
    class Meta:
        model = Anonymisation
        fields = ["analysed_on", "analysis"]
        widgets = {"analysed_on": DayInput, "analysis": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["analysed_on"].required = True

    def clean_analysed_on(self):
        day = self.cleaned_data["analysed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("An analysis that is done is not in the future."))
        return day
