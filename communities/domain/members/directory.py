"""Putting people on a community's list, and correcting what is written of them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User, normalised
from cmtl.editing import Conflict, seen
from communities.domain.members import parental
from communities.models import Community, Membership, Organisation


def person_for(email: str, first_name: str, last_name: str, language: str) -> tuple[User, bool]:
    """The person of that address, whose name is left as it is, or a new one; and whether they were known."""
    email = (email or "").strip().lower()
    if email:
        names = {"first_name": first_name or email.split("@")[0], "last_name": last_name, "language": language}
        person, is_new = User.objects.get_or_create(email=email, defaults=names)
        return person, not is_new
    return User.objects.create_user(first_name=first_name, last_name=last_name, language=language), False


@transaction.atomic
def add(
    community: Community,
    *,
    first_name: str,
    last_name: str,
    email: str,
    organisation: str,
    language: str,
    status: str,
    someone_else: bool = False,
    under_14: bool = False,
    parental_consent: dict | None = None,
    by: User | None = None,
    **fields,
) -> tuple[Membership, bool]:
    """List a person; says whether the address was known. The community is locked, so that a double press lists once.
    Under 14, with the consent of a parent or not at all."""
    if under_14 and not parental_consent:
        raise ValidationError({"under_14": parental.MISSING})
    Community.objects.select_for_update().get(pk=community.pk)
    if not email and not someone_else and (twin := namesake(community, first_name, last_name)):
        said = _("%(person)s is already on this list. If this is somebody else, tick the box.")
        raise ValidationError({"someone_else": said % {"person": twin.user}})
    person, known = person_for(email, first_name, last_name, language)
    if listed := community.memberships.filter(user=person).first():
        said = _("%(person)s, who has this address, is already on this list (%(status)s).")
        raise ValidationError({"email": said % {"person": person, "status": listed.get_status_display()}})
    membership = Membership.objects.create(
        community=community,
        user=person,
        organisation=Organisation.named(organisation),
        status=status,
        joined_on=timezone.localdate() if status == Membership.Status.ACTIVE else None,
        **fields,
    )
    audit.write(Action.PERSON_LISTED, by=by, about=membership, source=membership.source, status=status)
    if under_14 and parental_consent:
        parental.record_parental_consent(membership, parental_consent, by=by)
    return membership, known


def namesake(community: Community, first_name: str, last_name: str) -> Membership | None:
    key = normalised(f"{last_name} {first_name}")
    return community.memberships.filter(user__sort_key=key).select_related("user").first()


def may_correct_person(by: User, person: User) -> bool:
    """Name and address are corrected only for someone who never signed in, holds no role and is listed nowhere else:
    whoever changes an address could otherwise sign in under it, and read what that person may read."""
    if person.last_login or person.is_staff or person.role_assignments.exists():
        return False
    return not person.memberships.exclude(community__in=Community.objects.manageable_by(by)).exists()


SHOWN = ["status", "organisation", "title", "region", "source"]
SHOWN_OF_PERSON = ["first_name", "last_name", "email"]


def shown(membership: Membership) -> str:
    return seen(membership, SHOWN) + seen(membership.user, SHOWN_OF_PERSON)


@transaction.atomic
def correct(membership: Membership, changes: dict, person: dict | None, *, seen_before: str, by: User) -> None:
    """Change what is written of a member; `person` holds name and address, when they may be corrected."""
    locked = Membership.objects.select_for_update(of=["self"]).select_related("user", "organisation")
    theirs = locked.get(pk=membership.pk)
    if shown(theirs) != seen_before:
        raise Conflict(theirs)
    new = {name: changes[name] for name in SHOWN if name in changes}
    new["organisation"] = Organisation.named(changes["organisation"])
    new["source"] = changes.get("source") or theirs.source
    fields = [*audit.what_changes(theirs, new), *audit.what_changes(theirs.user, person or {})]
    if fields:
        audit.write(Action.PERSON_CORRECTED, by=by, about=theirs, fields=fields)
    if person and may_correct_person(by, theirs.user):
        for name, value in person.items():
            setattr(theirs.user, name, value)
        theirs.user.save()
    theirs.title, theirs.region = changes["title"], changes["region"]
    theirs.source = changes.get("source") or theirs.source
    theirs.save(update_fields=["title", "region", "source"])
    theirs.correct_organisation(new["organisation"])
    theirs.become(changes["status"])
