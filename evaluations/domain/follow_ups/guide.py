"""What to ask in a conversation of twenty to thirty minutes (evaluation.md, Q-S; guide, p. 17)."""

from django.utils.translation import gettext_lazy as _

QUESTIONS = (
    _("How are you living the community these days?"),
    _("What has been useful to you, concretely?"),
    _("Is there a subject that is hard to raise in the whole group?"),
    _("Are the objective and the operating rules clear?"),
    _("What would you need in order to come, or to contribute more?"),
    _("Is there an improvement to suggest?"),
    _("May I take this up without naming you?"),
)
