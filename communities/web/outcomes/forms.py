"""What is written in the register: outcomes, needs held in common, practice cards."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cmtl import money
from cmtl.inputs import DayInput
from cmtl.money import MoneyField
from communities.domain import dates, outcomes
from communities.models import Community, Need, Organisation, Outcome, Party, PracticeCard
from communities.web.shared_forms import PeopleBoxes, Resent


class EntryForm(Resent, forms.ModelForm):
    """One entry of the register, new (then `key` makes it once) or already there (then `shown` guards it)."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, instance) -> None:
        initial = {"shown": outcomes.entry_shown(instance)} if instance.pk else {"key": uuid.uuid4()}
        super().__init__(data, instance=instance, initial=initial, label_suffix="")
        self.fields["key"].required = not instance.pk
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and isinstance(field.widget, forms.Textarea):
                field.max_length = 4000
                field.widget.attrs |= {"rows": 3, "maxlength": 4000}

    def written(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.fields if name in self._meta.model.WRITTEN}

    def differences(self, theirs) -> list[dict]:
        """Stored first, written second, where they differ."""
        rows = []
        for name, stored in outcomes.stored(theirs).items():
            mine = plain(self.cleaned_data.get(name))
            if name in self.fields and stored != mine:
                field = self.fields[name]
                rows.append({"label": field.label, "theirs": as_read(field, stored), "yours": as_read(field, mine)})
        return rows


def plain(value: Any) -> Any:
    if isinstance(value, models.QuerySet):
        return sorted(value.order_by().values_list("pk", flat=True))
    return value.pk if isinstance(value, models.Model) else value


def as_read(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dt.date):
        return date_format(value)
    if value in (None, "", []):
        return "—"
    if isinstance(field, MoneyField):
        return money.shown(value)
    if isinstance(field, forms.ModelChoiceField):
        wanted = value if isinstance(value, list) else [value]
        return ", ".join(str(thing) for thing in field.queryset.filter(pk__in=wanted)) or "—"
    return str(dict(getattr(field, "choices", [])).get(value, value))


class OutcomeForm(EntryForm):
    is_expected = forms.TypedChoiceField(
        label=_("Was it expected?"),
        choices=[("yes", _("Yes, the community was meant to bring it")), ("no", _("No: an unexpected outcome"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    amount = MoneyField(
        label=_("Amount"),
        required=False,
        empty=None,
        help_text=_("In dollars; what was asked for, then what was granted."),
    )

    class Meta:
        model = Outcome
        fields = Outcome.WRITTEN
        widgets = {
            "happened_on": DayInput,
            "meeting_on": forms.Select,
            "organisations": PeopleBoxes,
        }
        help_texts = {
            "advance": _("When partners who already share a project gained something for it here."),
            "other_partners": _("Those who are not in the community, separated by commas."),
            "is_shared": _("Otherwise only those who facilitate or coordinate see it, and no report tells it."),
            "happened_on": _("The year of this date is the one whose annual report tells it."),
        }
        labels = {"happened_on": _("Date"), "is_shared": _("Visible to the members")}

    def __init__(self, data=None, *, instance: Outcome) -> None:
        super().__init__(data, instance=instance)
        community = instance.community
        self.initial["is_expected"] = "yes" if instance.is_expected else "no"
        self.fields["advance"].choices = [("", _("Not about a project already shared")), *Outcome.Advance.choices]
        self.fields["objective"].queryset = community.objectives.all()
        self.fields["objective"].empty_label = _("None in particular")
        self.fields["meeting_on"] = forms.TypedChoiceField(
            label=_("Born at the meeting of"),
            choices=[("", _("None in particular")), *self._meeting_days(community)],
            coerce=dt.date.fromisoformat,
            empty_value=None,
            required=False,
        )
        self._offer_partners(community)

    def _meeting_days(self, community: Community) -> list[tuple[str, str]]:
        """Days of held meetings, latest first, and the one that is already written."""
        days = {date.starts.date(): date.title for date in reversed(dates.held(community))}
        if self.instance.meeting_on:
            days.setdefault(self.instance.meeting_on, "")
        return [
            (day.isoformat(), f"{date_format(day)} · {title}" if title else date_format(day))
            for day, title in sorted(days.items(), reverse=True)
        ]

    def _offer_partners(self, community: Community) -> None:
        represented = community.memberships.current().exclude(organisation=None).order_by().values("organisation")
        kept = list(self.instance.organisations.order_by().values_list("pk", flat=True)) if self.instance.pk else []
        choices = Organisation.objects.filter(models.Q(pk__in=represented) | models.Q(pk__in=kept))
        if choices.exists():
            chosen_first = models.Case(models.When(pk__in=kept, then=0), default=1)
            self.fields["organisations"].queryset = choices.order_by(chosen_first, "sort_key")
        else:
            del self.fields["organisations"]


class OutcomeFilter(forms.Form):
    """What the register is narrowed by; anything else in the address is ignored."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.SearchInput)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    advance = forms.ChoiceField(label=_("For a project already shared"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    expected = forms.ChoiceField(
        label=_("Expected or not"),
        required=False,
        choices=[("", _("Expected or not")), ("yes", _("Expected")), ("no", _("Unexpected"))],
    )

    def __init__(self, data) -> None:
        super().__init__(data, label_suffix="")
        self.fields["kind"].choices = [("", _("All kinds")), *Outcome.Kind.choices]
        self.fields["advance"].choices = [("", _("All")), *Outcome.Advance.choices]
        self.fields["stage"].choices = [("", _("All stages")), *Outcome.Stage.choices]
        self.is_valid()

    def narrow(self, found: models.QuerySet) -> models.QuerySet:
        found = found.containing(self.cleaned_data.get("q", ""), *Outcome.SEARCHED)
        for name in ("kind", "advance", "stage"):
            if self.cleaned_data.get(name):
                found = found.filter(**{name: self.cleaned_data[name]})
        expected = self.cleaned_data.get("expected")
        return found.filter(is_expected=expected == "yes") if expected else found

    @property
    def is_narrow(self) -> bool:
        return any(self.cleaned_data.values())


class NeedForm(EntryForm):
    class Meta:
        model = Need
        fields = Need.WRITTEN
        help_texts = {"what": _("In a few words: an expert, a training, a room, a translation…")}


class NewNeedForm(NeedForm):
    """With the first who needs it."""

    needed_by = forms.ChoiceField(label=_("Who needs it"))

    def __init__(self, data=None, *, instance: Need, by) -> None:
        super().__init__(data, instance=instance)
        self.fields["needed_by"].choices = grouped(outcomes.possible_parties(instance.community))
        self.initial["needed_by"] = outcomes.party_of(instance.community, by)


class PartyForm(forms.Form):
    who = forms.ChoiceField(label=_("Organisation or person"))
    side = forms.ChoiceField(choices=Party.Side.choices, widget=forms.HiddenInput)
    offer = forms.CharField(label=_("What they offer"), max_length=300, required=False)

    def __init__(self, data=None, *, possible: dict[str, str], side: str = "", speaks_for: str = "") -> None:
        super().__init__(data, label_suffix="", initial={"side": side, "who": speaks_for}, auto_id=f"id_{side}_%s")
        self.fields["who"].choices = grouped(possible)
        if side == Party.Side.NEEDS:
            del self.fields["offer"]


def grouped(possible: dict[str, str]) -> list:
    organisations = [(code, name) for code, name in possible.items() if code[0] == "o"]
    people = [(code, name) for code, name in possible.items() if code[0] == "m"]
    groups = [(_("Organisations"), organisations), (_("People"), people)]
    return [("", _("Choose"))] + [group for group in groups if group[1]]


class SplitForm(Resent, forms.Form):
    """The cost, and how many parts each of those who need it pays."""

    shown = forms.CharField(widget=forms.HiddenInput)
    cost = MoneyField(
        label=_("Total cost"),
        required=False,
        empty=None,
        help_text=_("In dollars. Leave empty when there is nothing to share."),
    )
    by_share = forms.TypedChoiceField(
        label=_("How it is shared"),
        choices=[("no", _("Equally")), ("yes", _("By number of parts"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, data=None, *, need: Need) -> None:
        by_share = "yes" if need.is_split_by_share else "no"
        initial = {"cost": need.cost, "by_share": by_share, "shown": outcomes.seen_split(need)}
        super().__init__(data, initial=initial, label_suffix="")
        self.payers = need.needing
        for party in self.payers:
            self.fields[f"weight-{party.pk}"] = forms.IntegerField(
                label=str(party), min_value=0, max_value=1000, initial=party.weight, required=False
            )

    @property
    def weight_fields(self) -> list:
        return [self[f"weight-{party.pk}"] for party in self.payers]

    def weights(self) -> dict[int, int]:
        """A field left empty, or of somebody who joined since the page was shown, changes nothing."""
        given = {party.pk: self.cleaned_data.get(f"weight-{party.pk}") for party in self.payers}
        return {pk: parts for pk, parts in given.items() if parts is not None}

    def again(self, shown: str):
        super().again(shown)
        for party in self.payers:
            self.data.setdefault(f"weight-{party.pk}", party.weight)
        return self

    def clean(self):
        cleaned = super().clean()
        parts = [cleaned.get(f"weight-{party.pk}") for party in self.payers]
        if cleaned.get("by_share") and parts and all(part == 0 for part in parts):
            raise ValidationError(_("Somebody must pay at least one part."))
        return cleaned


class PracticeCardForm(EntryForm):
    class Meta:
        model = PracticeCard
        fields = PracticeCard.WRITTEN
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "to_adapt": _("What someone else should change before doing the same."),
            "contact": _("Someone of the community who agrees to be asked; never printed."),
            "may_leave": _("Nothing in it names or lets guess a person or an organisation that would mind."),
        }


class CardFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    leaving = forms.BooleanField(label=_("Only those that may be shared outside"), required=False)

    def __init__(self, data) -> None:
        super().__init__(data, label_suffix="")
        self.fields["kind"].choices = [("", _("All kinds")), *PracticeCard.Kind.choices]
        self.is_valid()

    def narrow(self, cards: models.QuerySet) -> models.QuerySet:
        cleaned = self.cleaned_data
        cards = cards.containing(cleaned.get("q", ""), *PracticeCard.SEARCHED)
        if cleaned.get("kind"):
            cards = cards.filter(kind=cleaned["kind"])
        return cards.filter(may_leave=True) if cleaned.get("leaving") else cards

    @property
    def is_narrow(self) -> bool:
        return any(self.cleaned_data.values())
