"""A role given to somebody in a community."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl.money import MoneyField
from communities.models import Role
from communities.web.shared_forms import day


class RoleForm(forms.Form):
    """A role for someone, found by their address or listed for the occasion."""

    role = forms.ChoiceField(label=_("Role"))
    email = forms.EmailField(label=_("E-mail"), help_text=_("The address they will sign in with."))
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    starts_on = day(_("From"), help_text=_("Nothing for today."))
    ends_on = day(_("Until"), help_text=_("For a dated mandate; nothing for as long as needed."))
    fee = MoneyField(
        label=_("Fee"),
        required=False,
        empty=None,
        help_text=_("Of a paid external facilitator: planned in the budget."),
    )
    contract = forms.CharField(label=_("Reference of the contract"), max_length=80, required=False)

    def __init__(self, data=None, *, roles: list[Role]) -> None:
        super().__init__(data)
        if Role.EXTERNAL not in roles:
            del self.fields["fee"], self.fields["contract"]
        if Role.EVALUATOR in roles:
            self.fields["ends_on"].help_text = _(
                "For a dated mandate; nothing for as long as needed. An external evaluation always has an end."
            )
        self.fields["role"].choices = [(role.value, role.label) for role in roles]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if last and last < (first or timezone.localdate()):
            self.add_error("ends_on", _("The end is before the start."))
        if cleaned.get("role") == Role.EVALUATOR and not last and "ends_on" not in self.errors:
            self.add_error("ends_on", _("An external evaluation has an end: write the last day of the agreement."))
        for name in ("fee", "contract"):
            if cleaned.get(name) and cleaned.get("role") != Role.EXTERNAL:
                self.add_error(name, _("Only an external facilitator is paid by contract."))
        email = cleaned.get("email")
        if email and not cleaned.get("first_name") and not User.objects.by_email(email):
            self.add_error("first_name", _("Nobody is known by this address yet: write their name."))
        return cleaned
