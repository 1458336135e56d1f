"""One action for each cause, done where such things are done, and remembered: one reads later what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action as Audited
from accounts.models import User
from communities.models import Community
from evaluations.domain.surveys import own_questions
from evaluations.models import OwnQuestion, RetainedCause
from meetings.models import Meeting

Cause, Action = RetainedCause.Cause, RetainedCause.Action
OF_CAUSE = {
    Cause.MOMENT: [Action.ASK_DATES],
    Cause.SATISFACTION: [Action.TWO_QUESTIONS],
    Cause.ENGAGEMENT: [Action.CO_FACILITATE, Action.FOLLOW_UP],
    Cause.SCATTER: [Action.RECALL],
    Cause.NEEDS: [Action.REVIEW],
}
TWO_QUESTIONS = (
    {
        "scale": OwnQuestion.Scale.CHOICE,
        "wording_fr": "Qu’est-ce qui rendrait les prochaines rencontres plus utiles pour vous?",
        "wording_en": "What would make the next meetings more useful to you?",
        "choices_fr": "Des sujets plus proches de mon travail\nPlus de temps pour échanger\n"
        "Des rencontres plus courtes\nRien à changer",
        "choices_en": "Topics closer to my work\nMore time to exchange\nShorter meetings\nNothing to change",
    },
    {
        "scale": OwnQuestion.Scale.AGREEMENT,
        "wording_fr": "Le jour, l’heure et la formule des rencontres me conviennent.",
        "wording_en": "The day, the hour and the form of the meetings suit me.",
        "choices_fr": "",
        "choices_en": "",
    },
)


@dataclass(frozen=True)
class Offered:
    """An action that this person may do now, what its button says, and where it is done."""

    action: str
    label: str
    url: str
    is_remembered: bool = True  # else it is only a way to somewhere
    note: str = ""

    @property
    def is_done_here(self) -> bool:
        return self.action == Action.TWO_QUESTIONS and self.is_remembered


class Acts:
    """What one person may do about the decline of one community. Each takes its own permission."""

    def __init__(self, community: Community, user: User) -> None:
        self.community, self.user = community, user

    def of(self, cause: str) -> list[Offered]:
        return [offered for action in OF_CAUSE[Cause(cause)] if (offered := self.offered(action))]

    def offered(self, action: str) -> Offered | None:
        if not self._may("evaluations.act_on_decline"):
            return None
        return {
            Action.ASK_DATES: self._ask_dates,
            Action.TWO_QUESTIONS: self._two_questions,
            Action.CO_FACILITATE: self._co_facilitate,
            Action.FOLLOW_UP: self._follow_up,
            Action.RECALL: self._recall,
            Action.REVIEW: self._review,
        }[Action(action)]()

    def _may(self, permission: str) -> bool:
        return self.user.has_perm(permission, self.community)

    def _place(self, name: str) -> str:
        return reverse(name, args=[self.community.pk])

    @cached_property
    def next_meeting(self) -> Meeting | None:
        """The next regular one that may still be prepared."""
        coming = Meeting.objects.upcoming().filter(community=self.community, kind=Meeting.Kind.REGULAR)
        return coming.filter(started_at=None).select_related("community").order_by("starts_at").first()

    def _ask_dates(self) -> Offered | None:
        if not self._may("meetings.ask_dates"):
            return None
        poll = self.community.date_polls.open().first()
        if poll:
            return Offered(Action.ASK_DATES, _("See the date poll"), poll.get_absolute_url(), is_remembered=False)
        return Offered(Action.ASK_DATES, _("Ask when to meet"), self._place("meetings:ask_dates"))

    def _two_questions(self) -> Offered | None:
        if not self._may("evaluations.set_surveys"):
            return None
        place = self._place("evaluations:own_questions")
        if not self.lacking_questions:
            return Offered(Action.TWO_QUESTIONS, _("See the two questions"), place, is_remembered=False)
        if not self.has_room:
            note = _(
                "Two questions could be added to the next evaluation: of your own three, one or two must go first."
            )
            return Offered(Action.TWO_QUESTIONS, _("Make room for them"), place, is_remembered=False, note=note)
        note = _(
            "Anonymous, at the next evaluation: what would make meetings more useful, and whether their day, hour and "
            "form suit."
        )
        return Offered(Action.TWO_QUESTIONS, _("Add two questions"), place, note=note)

    @cached_property
    def _own(self) -> list[OwnQuestion]:
        return list(self.community.own_questions.all())

    @property
    def lacking_questions(self) -> list[dict]:
        asked = {one.wording_fr for one in self._own if one.moment == OwnQuestion.Moment.MEETING}
        return [one for one in TWO_QUESTIONS if one["wording_fr"] not in asked]

    @property
    def has_room(self) -> bool:
        return len(self._own) + len(self.lacking_questions) <= OwnQuestion.MOST

    def _co_facilitate(self) -> Offered | None:
        if self.next_meeting is None:
            return self._plan(Action.CO_FACILITATE)
        if not self.user.has_perm("meetings.share", self.next_meeting):
            return None
        place = reverse("meetings:share", args=[self.next_meeting.pk])
        return Offered(Action.CO_FACILITATE, _("Invite to co-facilitate"), place)

    def _follow_up(self) -> Offered | None:
        if not self._may("evaluations.keep_follow_ups"):
            return None
        return Offered(Action.FOLLOW_UP, _("Plan individual follow-ups"), self._place("evaluations:follow_ups"))

    def _recall(self) -> Offered | None:
        """In what is announced of the next meeting: « ce avec quoi nous voulons repartir »."""
        if self.next_meeting is None:
            return self._plan(Action.RECALL)
        if not self.user.has_perm("meetings.edit", self.next_meeting):
            return None
        place = reverse("meetings:edit", args=[self.next_meeting.pk]) + "#id_objective"
        return Offered(Action.RECALL, _("Recall the objective"), place)

    def _plan(self, action: str) -> Offered | None:
        if not self._may("meetings.plan"):
            return None
        return Offered(action, _("Plan the next meeting first"), self._place("meetings:plan"), is_remembered=False)

    def _review(self) -> Offered | None:
        if not self._may("communities.adopt"):
            return None
        return Offered(Action.REVIEW, _("Review the objectives"), self._place("communities:objectives"))


def cause_of(action: str) -> str:
    return next(cause for cause, actions in OF_CAUSE.items() if action in actions)


@transaction.atomic
def retain(community: Community, action: str, *, by: User) -> RetainedCause:
    """Pressed again before another meeting is held, it is the same one."""
    Community.objects.select_for_update().get(pk=community.pk)
    again = _since_last_meeting(community, action)
    if again:
        return again
    retained = RetainedCause.objects.create(community=community, cause=cause_of(action), action=action, by=by)
    audit.write(Audited.SETTINGS_CHANGED, by=by, about=retained, community=community, part="retainedcause")
    return retained


def _since_last_meeting(community: Community, action: str) -> RetainedCause | None:
    last = Meeting.objects.held().filter(community=community).order_by("-starts_at").first()
    same = RetainedCause.objects.filter(community=community, action=action)
    return same.filter(retained_on__gte=last.local_start.date()).first() if last else same.first()


@transaction.atomic
def add_questions(community: Community, lacking: Iterable[dict], *, by: User) -> int:
    """Those that are not asked yet, at the end of each meeting until somebody removes them; how many."""
    found = list(lacking)
    for one in found:
        typed = {**one, "moment": OwnQuestion.Moment.MEETING, "objective": None}
        own_questions.add(community, typed, by)
    return len(found)
