"""Those who left Constellation: asked last autumn what is left of it, and to be asked again this one."""

import datetime as dt
import random

from django.utils import timezone

from accounts.models import User
from communities.domain.members import consents
from communities.models import Consent, Membership, Purpose
from evaluations.demonstration.campaigns import closed_survey, publish
from evaluations.demonstration.history import Story
from evaluations.domain.campaigns import alumni, campaigns
from evaluations.models import Campaign

GROUP = "Constellation"
LEFT_LONG_AGO = (  # asked last autumn
    *("Ginette Archambault", "Réjean Boisclair", "Louise Cantin", "Mamadou Diop", "Yolande Émond"),
    *("Normand Fafard", "Thérèse Galipeau", "Gaétan Houde"),
)
LEFT_LATELY = (  # to be asked
    *("Huguette Isabelle", "Rolland Jutras", "Aïcha Kaddour", "Benoît Lafrenière", "Solange Marquette"),
    *("Fernand Noiseux", "Pierrette Ouimette"),
)
WORDS = (
    "Une halte-garderie montée à deux organismes, ouverte depuis un an.",
    "Une demande de financement commune, acceptée.",
)


def tell(story: Story) -> None:
    if story.group.name != GROUP:
        return
    rng = random.Random(f"{GROUP} {story.now.year}")  # its own: what is told after stays as it was
    today = story.now.date()
    before = _who_left(story, LEFT_LONG_AGO, today - dt.timedelta(days=820))
    _who_left(story, LEFT_LATELY, today - dt.timedelta(days=430))
    _last_autumn(story, rng, asked=len(before), count=len(before) - 1)


def _who_left(story: Story, names: tuple[str, ...], latest: dt.date) -> list[Membership]:
    """They agreed, on leaving, to be asked later."""
    found = []
    for number, name in enumerate(names):
        left_on = latest - dt.timedelta(days=9 * number)
        first, _space, last = name.partition(" ")
        user = User.objects.create_user(
            f"ancien{number}-{latest.year}@exemple.quebec", first_name=first, last_name=last
        )
        membership = Membership.objects.create(
            community=story.community,
            user=user,
            status=Membership.Status.ALUMNI,
            region=story.group.regions[number % len(story.group.regions)],
            joined_on=story.community.started_on,
            left_on=left_on,
        )
        at = timezone.make_aware(dt.datetime.combine(left_on, dt.time(12)))
        agreed = [Purpose.ALUMNI_SURVEY, Purpose.ALUMNI_CONTACT] if number in (1, 3) else [Purpose.ALUMNI_SURVEY]
        Consent.objects.bulk_create(
            Consent(membership=membership, purpose=one, wording=consents.latest(one), given_at=at) for one in agreed
        )
        found.append(membership)
    return found


def _last_autumn(story: Story, rng: random.Random, *, asked: int, count: int) -> None:
    opens_on = story.now.date() - dt.timedelta(days=392)
    campaign = Campaign.objects.create(
        kind=Campaign.Kind.ALUMNI,
        community=story.community,
        year=opens_on.year,
        opens_on=opens_on,
        closes_on=opens_on + campaigns.LASTS,
        reminders=alumni.REMINDERS,
        reminders_sent=alumni.REMINDERS,
        prepared_by=story.facilitator,
    )
    survey = closed_survey(campaign, asked=asked, count=count)
    answers = [{"N1": rng.choice("2344"), "N2": rng.choice("3344"), "N3": rng.choice("12")} for _ in range(count)]
    for words, said in zip(WORDS, answers, strict=False):
        said |= {"N3": "1", "N3T": words}
    publish(survey, answers)
