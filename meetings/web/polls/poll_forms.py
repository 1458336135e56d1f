"""What people type to propose dates, and to say which suit them."""

import uuid
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Policies
from meetings.domain.scheduling import planning
from meetings.models import DatePoll, DateVote


class PollForm(forms.ModelForm):
    """What is the same for any of the dates. `key` makes the form sent twice one poll."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Length, in minutes"), min_value=15, max_value=600)
    link = forms.URLField(
        label=_("Link to join"), required=False, max_length=500, assume_scheme="https", help_text=_("Zoom, Teams…")
    )

    class Meta:
        model = DatePoll
        fields = ["title", "minutes", "mode", "link", "place"]

    @classmethod
    def blank(cls, community: Community) -> "PollForm":
        before = community.meetings.exclude(link="").order_by("-starts_at").values_list("link", flat=True).first()
        usual = {
            "key": uuid.uuid4(),
            "minutes": Policies.of(community).meeting_minutes,
            "mode": planning.usual_mode(community),
            "link": before or "",
        }
        return cls(initial=usual)

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "key")}


class VoteForm(forms.Form):
    """One answer per date; all of them, so that a no is said and not guessed."""

    def __init__(self, *args: Any, dates: list, said: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for date in dates:
            self.fields[f"date-{date.pk}"] = forms.ChoiceField(
                label=capfirst(date.as_meeting.when),
                choices=DateVote.Answer.choices,
                initial=said.get(date.pk),
                widget=forms.RadioSelect,
                error_messages={"required": gettext("Choose one of the three answers.")},
            )

    def answers(self) -> dict[int, str]:
        return {int(name.partition("-")[2]): value for name, value in self.cleaned_data.items()}
