"""Organisations, and people in communities."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import normalised
from accounts.models.erased import Erased
from communities.models.community import Community


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user) -> "OrganisationQuerySet":
        """Those represented in a community whose directory one may read (now; at any time where one leads), and its
        partners."""
        if not user.is_authenticated:
            return self.none()
        readable = set(Community.objects.with_directory_for(user).values_list("pk", flat=True))
        led = set(Community.objects.led_by(user).values_list("pk", flat=True))
        listed = Membership.objects.of_directories(readable, led)
        return self._of(
            listed,
            self._through("representations").filter(membership__community__in=led),
            self._through("partnerships").filter(community__in=readable),
        )

    def correctable_by(self, user) -> "OrganisationQuerySet":
        """Those represented, now or before, where one manages people."""
        mine = Community.objects.manageable_by(user)
        return self._of(
            Membership.objects.filter(community__in=mine),
            self._through("representations").filter(membership__community__in=mine),
            self._through("partnerships").filter(community__in=mine),
        )

    def _through(self, name: str) -> models.QuerySet:
        """Rows of a model declared after this one, and that points here."""
        return self.model._meta.get_field(name).related_model._default_manager.all()  # type: ignore[union-attr]

    def _of(self, *relations: models.QuerySet) -> "OrganisationQuerySet":
        found = Q()
        for rows in relations:
            found |= Q(pk__in=rows.filter(organisation__isnull=False).order_by().values("organisation"))
        return self.filter(found)

    def searching(self, text: str) -> "OrganisationQuerySet":
        """Each word in the name, the sector or the territory, whatever the case and accents."""
        found = self
        if not text.strip():
            return found
        places = set(self.order_by().values_list("sector", "territory").distinct())
        for word in text.split():
            plain = normalised(word)
            sectors = {sector for sector, _place in places if plain in normalised(sector)}
            territories = {place for _sector, place in places if plain in normalised(place)}
            found = found.filter(Q(sort_key__contains=plain) | Q(sector__in=sectors) | Q(territory__in=territories))
        return found


class Organisation(models.Model):
    """Who a member represents."""

    class Kind(models.TextChoices):
        COMMUNITY = "community", _("Community organisation")
        ROUNDTABLE = "roundtable", _("Neighbourhood round table or network")
        MUNICIPAL = "municipal", _("City, borough or municipality")
        PUBLIC = "public", _("Public institution")
        SCHOOL = "school", _("School or university")
        CULTURE = "culture", _("Cultural or sports organisation")
        COOPERATIVE = "cooperative", _("Cooperative or social enterprise")
        BUSINESS = "business", _("Business")
        FOUNDATION = "foundation", _("Foundation")
        OTHER = "other", _("Other")

    class Size(models.TextChoices):
        NONE = "none", _("No paid staff")
        SMALL = "small", _("Fewer than 10 employees")
        MEDIUM = "medium", _("10 to 49 employees")
        LARGE = "large", _("50 employees or more")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("type"), max_length=12, choices=Kind, blank=True)
    sector = models.CharField(_("sector"), max_length=80, blank=True)
    has_paid_staff = models.BooleanField(_("paid staff"), null=True, blank=True)
    size = models.CharField(_("size"), max_length=10, choices=Size, blank=True)
    territory = models.CharField(_("territory"), max_length=120, blank=True)
    sort_key = models.CharField(max_length=160, unique=True, editable=False)

    erased = Erased(words=["name", "sector", "territory"], plain=["sort_key"])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = normalised(self.name)
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("communities:organisation", args=[self.pk])

    @classmethod
    def named(cls, name: str) -> "Organisation | None":
        """The organisation of that name, found without regard to case or accents, or made."""
        name = " ".join(name.split())
        if not name:
            return None
        return cls.objects.get_or_create(sort_key=normalised(name), defaults={"name": name})[0]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user) -> "MembershipQuerySet":
        """People of the communities whose directory one may read, and oneself."""
        if not user.is_authenticated:
            return self.none()
        own = Q(user=user) & ~Q(community__status=Community.Status.DRAFT)
        return self.named().filter(Q(community__in=Community.objects.inside_for(user)) | own)

    def named(self) -> "MembershipQuerySet":
        """Without those of people who were erased: they are counted, and listed nowhere."""
        return self.filter(user__erased_at=None)

    def active(self) -> "MembershipQuerySet":
        return self.filter(status=Membership.Status.ACTIVE)

    def of_open_communities(self) -> "MembershipQuerySet":
        """Not of those that are only prepared: whoever is listed there is told nothing yet."""
        return self.exclude(community__status="draft")

    def current(self) -> "MembershipQuerySet":
        """Active, or paused for a while: whom other members know as members."""
        return self.filter(status__in=Membership.CURRENT)

    def numbered(self, number: int) -> "Membership | None":
        """Who has this number, or had it before two records were made one: links already sent go on opening."""
        return self.filter(pk=number).first() or self.filter(former_numbers__number=number).first()

    def searching(self, text: str, *, contacts: bool) -> "MembershipQuerySet":
        """Each word in the name, the organisation or the region; in the address too for those who may read it."""
        found = self
        if not text.strip():
            return found
        regions = set(self.order_by().values_list("region", flat=True).distinct())
        for word in text.split():
            plain = normalised(word)
            hit = (
                Q(user__sort_key__contains=plain)
                | Q(organisation__sort_key__contains=plain)
                | Q(region__in=[region for region in regions if plain in normalised(region)])
            )
            found = found.filter(hit | Q(user__email__icontains=word) if contacts else hit)
        return found

    def of_directories(self, readable: set[int], led: set[int]) -> "MembershipQuerySet":
        """In these communities: everybody listed where one leads, the current members elsewhere."""
        return self.named().filter(Q(community__in=led) | Q(community__in=readable, status__in=Membership.CURRENT))

    def counts_by_status(self) -> dict[str, int]:
        return dict(self.order_by().values_list("status").annotate(n=Count("pk")))

    def invitable(self) -> "MembershipQuerySet":
        """Those who receive invitations: active members, and people invited to become one."""
        return self.filter(status__in=Membership.INVITABLE)


class Membership(models.Model):
    """A person in a community, from the day someone lists them."""

    class Status(models.TextChoices):
        ELIGIBLE = "eligible", _("Eligible")
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active member")
        PAUSED = "paused", _("Paused")
        ALUMNI = "alumni", _("Alumni")

    class Source(models.TextChoices):
        LIST = "list", _("Founding list")
        PROJECT = "project", _("Project or initiative")
        COHORT = "cohort", _("Former cohort")
        REFERRAL = "referral", _("Referred by a member")
        TRAINING = "training", _("Training")
        EVENT = "event", _("Event")
        CALL = "call", _("Call for applications")
        WALK_IN = "walk_in", _("Came to a meeting")

    class PersonType(models.TextChoices):
        EMPLOYEE = "employee", _("Employee")
        VOLUNTEER = "volunteer", _("Volunteer")
        ELECTED = "elected", _("Elected official")
        LINKED_CITY = "linked_city", _("Staff of a linked city")

    class Seat(models.TextChoices):
        MAIN = "main", _("Representative")
        SUBSTITUTE = "substitute", _("Substitute")

    LISTED = (Status.ACTIVE, Status.INVITED, Status.ELIGIBLE)  # what a list may make of people
    INVITABLE = (Status.ACTIVE, Status.INVITED)
    CURRENT = (Status.ACTIVE, Status.PAUSED)
    AWAY = (Status.PAUSED, Status.ALUMNI)

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    title = models.CharField(_("function"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    source = models.CharField(_("how they were found"), max_length=10, choices=Source, default=Source.LIST)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    paused_on = models.DateField(_("paused since"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    expertise = models.CharField(_("what I know well"), max_length=300, blank=True)
    help_offered = models.CharField(_("the help I offer"), max_length=300, blank=True)

    person_type = models.CharField(_("capacity"), max_length=12, choices=PersonType, blank=True)
    seat = models.CharField(_("comes as"), max_length=10, choices=Seat, default=Seat.MAIN)
    represents_since = models.DateField(
        _("represents it since"), null=True, blank=True, help_text="empty: for as long as they are listed"
    )
    as_individual = models.BooleanField(_("takes part as an individual"), default=False)
    manager_name = models.CharField(_("manager’s name"), max_length=120, blank=True)
    manager_contact = models.CharField(_("manager’s e-mail or telephone"), max_length=160, blank=True)
    hours_are_work = models.BooleanField(_("hours counted as work time"), null=True, blank=True)

    erased = Erased(
        kept={
            "user": [
                "title",
                "region",
                "phone",
                "expertise",
                "help_offered",
                "person_type",
                "manager_name",
                "manager_contact",
                "hours_are_work",
            ]
        }
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user__sort_key"]
        constraints = [models.UniqueConstraint(fields=["community", "user"], name="one_membership_per_person")]

    def __str__(self) -> str:
        return f"{self.user} ({self.community})"

    def get_absolute_url(self) -> str:
        return reverse("communities:membership", args=[self.pk])

    @property
    def represents(self) -> str:
        """The organisation's name, or that the person comes for themselves."""
        return self.organisation.name if self.organisation else str(_("as an individual"))

    def represent(
        self, organisation: Organisation | None, *, on: dt.date, seat: str = Seat.MAIN, as_individual: bool = False
    ) -> None:
        """From that day the member represents this organisation, or none; what was true before is kept."""
        before, began = self.organisation_id, self.represents_since
        if before != (organisation.pk if organisation else None):
            if before and (began is None or began < on):
                self.representations.create(organisation_id=before, seat=self.seat, starts_on=began, ends_on=on)
            self.represents_since = on
        self.organisation, self.seat, self.as_individual = organisation, seat, as_individual
        self.save(update_fields=["organisation", "seat", "as_individual", "represents_since"])

    def correct_organisation(self, organisation: Organisation | None) -> None:
        """As a list or a form says today: a blank is filled in, another organisation begins now."""
        if self.organisation_id:
            self.represent(organisation, on=timezone.localdate())
        else:
            self.organisation = organisation
            self.save(update_fields=["organisation"])

    def merged_with(self, other: "Membership") -> dict:
        """The values to keep of two memberships of one person here: the livelier status, the longer time, no blank."""
        lively = [Membership.Status(s) for s in ("active", "paused", "invited", "eligible", "alumni")]
        first, second = sorted([self, other], key=lambda m: lively.index(Membership.Status(m.status)))
        joined = [m.joined_on for m in (first, second) if m.joined_on]
        both_left = second.left_on and first.status == Membership.Status.ALUMNI
        values = {
            "status": first.status,
            "paused_on": first.paused_on,
            "joined_on": min(joined, default=None),
            "left_on": max(filter(None, [first.left_on, second.left_on])) if both_left else first.left_on,
        }
        written = [f.attname for f in self._meta.concrete_fields if not f.is_relation and f.attname not in values]
        empty = [name for name in written if name != "represents_since" and getattr(self, name) in ("", None)]
        values |= {name: getattr(other, name) for name in empty}
        if self.organisation_id is None and not self.as_individual:
            here = ["organisation_id", "seat", "represents_since", "as_individual"]
            values |= {name: getattr(other, name) for name in here}
        return values

    def become(self, status: str, *, on: dt.date | None = None) -> None:
        """Change status and keep the dates that attendance rates are computed from (evaluation.md, P3)."""
        on = on or timezone.localdate()
        if status == self.status:
            return
        self._keep_time_away(status, on)
        if status == self.Status.ACTIVE:
            self.joined_on, self.left_on, self.paused_on = self.joined_on or on, None, None
        elif status == self.Status.PAUSED:
            self.paused_on = on
        elif status == self.Status.ALUMNI:
            self.left_on = on
        self.status = status
        self.save()

    def _keep_time_away(self, status: str, on: dt.date) -> None:
        """Close the period that ends, and open the one that begins. A person listed as away before periods were
        kept has one from the date on the membership."""
        if self.status in self.AWAY:
            since = min(self.paused_on or on, self.left_on or on, on)
            away, _is_new = self.pauses.get_or_create(ends_on=None, defaults={"starts_on": since})
            away.ends_on = max(on, away.starts_on)
            away.save(update_fields=["ends_on"])
        if status in self.AWAY:
            has_left = status == self.Status.ALUMNI
            self.pauses.create(starts_on=on, has_left=has_left, status_before=self.status)
