"""A block of an agenda."""

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaItem


class BlockForm(forms.Form):
    """One block of the agenda."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Phase"), choices=AgendaItem.Kind.choices, initial=AgendaItem.Kind.EXCHANGE)
    title = forms.CharField(label=_("Title"), max_length=160)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480)
    goal = forms.CharField(label=_("Goal"), max_length=200, required=False)
    method = forms.CharField(label=_("Method"), max_length=200, required=False)
    material = forms.CharField(label=_("Material"), max_length=200, required=False)
