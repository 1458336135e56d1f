"""Inviting people of the pool, joining, referring, and what one says on joining."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl import editing
from cmtl.encrypted import readable, why_empty
from communities.models import Community, Policies, RecordSheet
from communities.web.shared_forms import AgeForm, LetterForm, Resent


class InviteForm(LetterForm):
    """To people of the pool."""

    words_help = _("Added to the mail, above what is expected.")


class ExpectationForm(forms.Form):
    """Two questions, both optional (guide: needs and expectations in common)."""

    expects = forms.CharField(
        label=_("What do you expect of this community?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )
    brings = forms.CharField(
        label=_("What can you bring to it?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500, required=False
    )

    def __init__(self, data=None, *, said=None) -> None:
        kept = {name: getattr(said, name) for name in ("expects", "brings")} if said else {}
        super().__init__(data, initial={name: readable(text) for name, text in kept.items()}, label_suffix="")
        for name, text in kept.items():
            self.fields[name].help_text = why_empty(text)


class JoinForm(AgeForm, ExpectationForm):
    """The commitment to every meeting is asked where the community asks for it; the age, where no parent has agreed."""

    commits = forms.BooleanField(
        label=_("I commit to take part in every meeting."),
        required=False,
        error_messages={"required": _("This community asks its members to come to every meeting.")},
    )

    def __init__(self, data=None, *, community: Community, asks_age: bool = True) -> None:
        super().__init__(data)
        self.fields["commits"].required = community.expects_everyone
        if not asks_age:
            del self.fields["under_14"]


class ReferredForm(AgeForm):
    """Someone who answers a member's link, in their own words."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"))
    organisation = forms.CharField(label=_("Organisation"), max_length=160, required=False)
    language = forms.ChoiceField(
        label=_("Language of the mails"), choices=User.Language.choices, widget=forms.RadioSelect
    )
    consents = forms.BooleanField(
        label=_("I agree that my name, address and organisation are kept, so that those who facilitate can answer me."),
        error_messages={"required": _("Without your agreement, nothing can be kept.")},
    )

    def __init__(self, data=None, *, initial=None) -> None:
        super().__init__(data, initial=initial, label_suffix="")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def person(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "consents"}


class CommonNeedsForm(Resent, forms.Form):
    common_needs = forms.CharField(
        label=_("What they have, and need, in common"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("In a few lines and without naming anybody: all members read it, beside the objectives."),
    )
    shown = forms.CharField(widget=forms.HiddenInput)
    FIELDS = ("common_needs",)

    def __init__(self, data=None, *, community: Community) -> None:
        kept = RecordSheet.of(community)
        initial = {"common_needs": kept.common_needs, "shown": editing.seen(community, self.FIELDS)}
        super().__init__(data, initial=initial, label_suffix="")

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class RecruitmentForm(Resent, forms.ModelForm):
    """What a community says before one joins, and how those whom members refer come in."""

    shown = forms.CharField(widget=forms.HiddenInput)
    FIELDS = ["preparation_minutes", "admits_referred"]

    class Meta:
        model = Policies
        fields = ["preparation_minutes", "admits_referred"]

    def __init__(self, data=None, *, community: Community) -> None:
        kept = Policies.of(community)
        super().__init__(data, instance=kept, initial={"shown": editing.seen(community, self.FIELDS)})
        self.label_suffix = ""
        self.fields["preparation_minutes"].help_text = _(
            "Reading, thinking about the topic: counted in what is announced."
        )
        self.fields["admits_referred"].help_text = _(
            "Otherwise they wait for you on the page « Invite people ». "
            "Either way they confirm by the mail they receive."
        )

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.FIELDS}
