"""What a few members of two groups say of their community: shown, waiting for their agreement to an edit, to read, and
withdrawn. The report of last year quotes one."""

import datetime as dt

from django.utils import timezone

from communities.domain.testimonials import choosing, testimonials
from communities.domain.testimonials.testimonials import Said
from communities.models import Membership, Testimonial, TestimonialConsent, Use
from evaluations.demonstration.history import Story
from evaluations.domain.reports import quoting
from evaluations.models import AnnualReport
from outbox.models import Message

GROUPS = ("Constellation", "Groupe des Vingt")
Named = Testimonial.Named
# How long ago, its words, how it is signed, what it may serve for.
GIVEN = [
    (150, "Je travaillais seule sur l’accueil des familles. Aujourd’hui j’appelle trois collègues avant de monter un "
          "projet, et nous avons déposé notre première demande commune.",
     Named.FULL, {Use.COMMUNICATIONS, Use.RECRUITMENT, Use.ACCOUNTABILITY}),
    (60, "On repart de chaque rencontre avec un outil qui sert la semaine suivante. C’est rare.",
     Named.INITIAL, {Use.RECRUITMENT, Use.COMMUNICATIONS}),
    (20, "au début je venais pour écouter, maintenant c’est moi qui amène les sujets et mon équipe attend le résumé.",
     Named.NOBODY, {Use.ACCOUNTABILITY}),
    (6, "Les rencontres m’ont donné le courage de proposer un jumelage à un organisme que je ne connaissais pas.",
     Named.INITIAL, {Use.COMMUNICATIONS}),
    (200, "Une belle année.", Named.FULL, {Use.RECRUITMENT}),
]  # fmt: skip
EDIT = "Au début, je venais pour écouter; maintenant, c’est moi qui amène les sujets, et mon équipe attend le résumé."


def tell(story: Story) -> None:
    if story.group.name not in GROUPS:
        return
    today, members = timezone.localdate(story.now), _authors(story)
    made = []
    for membership, (days, text, named, uses) in zip(members, GIVEN, strict=False):
        given = today - dt.timedelta(days=days)
        said = Said(text, named, frozenset(uses), testimonials.in_years(testimonials.ENDS_AFTER, given))
        one = testimonials.give_testimonial(membership, said)
        Testimonial.objects.filter(pk=one.pk).update(given_on=given, told_on=given + dt.timedelta(days=1))
        TestimonialConsent.objects.filter(testimonial=one).update(given_on=given)
        made.append(Testimonial.objects.get(pk=one.pk))
    if len(made) == len(GIVEN):
        _follow(story, *made)


def _authors(story: Story) -> list[Membership]:
    """Who are asked nothing else in the demonstration: the last of the list."""
    active = story.community.memberships.active().filter(parental_consent=None)
    return list(active.select_related("user", "community").order_by("-pk")[: len(GIVEN)])


def _follow(story: Story, quoted: Testimonial, shown: Testimonial, edited: Testimonial, *rest: Testimonial) -> None:
    choosing.show_for(quoted, Use.RECRUITMENT, by=story.facilitator, shown=testimonials.seen(quoted))
    for use in (Use.RECRUITMENT, Use.COMMUNICATIONS):
        choosing.show_for(shown, use, by=story.facilitator, shown=testimonials.seen(shown))
    choosing.propose_edit(edited, EDIT, by=story.facilitator, shown=testimonials.seen(edited))
    sent_at = story.now - dt.timedelta(days=2)
    Testimonial.objects.filter(pk=edited.pk).update(edited_on=timezone.localdate(sent_at))
    mails = Message.objects.about(edited)
    mails.update(queued_at=sent_at, send_after=sent_at, sent_at=sent_at, attempts=1)
    testimonials.withdraw_testimonial(rest[-1])
    for report in AnnualReport.objects.published().filter(community=story.community):
        report.figures[quoting.KEY] = quoting.as_kept([quoting.Quote.of(quoted)])
        report.quoted = [quoted.pk]
        report.save(update_fields=["figures", "quoted"])
