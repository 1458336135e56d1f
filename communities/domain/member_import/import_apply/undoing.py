"""Taking back a chunk of a list: nothing that someone used or changed since."""

import datetime as dt

from django.db import models
from django.utils import timezone

from accounts.models import User
from communities.domain.member_import.import_apply.standing import KEPT_FIELDS, as_is, in_use, used_here
from communities.domain.member_import.import_apply.writing import CHUNK
from communities.models import Community, ImportedLine, MemberImport, Membership, Organisation, Pause, Representation


def undo_chunk(mine: MemberImport) -> None:
    """From the last line to the first: a line may have changed what a line above wrote."""
    rows = list(mine.written.order_by("-number")[mine.done : mine.done + CHUNK])
    people = User.objects.filter(memberships__in=[row.membership_id for row in rows]).order_by()
    list(User.objects.select_for_update().filter(pk__in=people.values("pk")).values_list("pk", flat=True))
    held = Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation")
    undoing = _Undoing(mine.community, held.in_bulk([row.membership_id for row in rows if row.membership_id]))
    for row in rows:
        row.kept = undoing.take_back(row)
    undoing.save()
    ImportedLine.objects.bulk_update(rows, ["kept"])
    mine.done += len(rows)
    if mine.done >= mine.total:
        mine.undone_at = timezone.now()
        _remove_organisations(mine)


class _Undoing:
    """What a chunk takes away and restores. Nothing that someone used or changed since."""

    def __init__(self, community: Community, memberships: dict[int, Membership]) -> None:
        self.memberships = memberships
        self.uses = used_here(community, memberships.values())
        people = {m.user_id for m in memberships.values()}
        self.uses_of_people = in_use(User, people, Membership)
        elsewhere = Membership.objects.filter(user__in=people).exclude(pk__in=memberships)
        self.elsewhere = set(elsewhere.values_list("user_id", flat=True))
        self.removed: dict[int, bool] = {}  # membership → the person too
        self.restored: dict[int, dict] = {}

    def take_back(self, row: ImportedLine) -> str:
        """Empty when it is done, or why it is not."""
        membership = self.memberships.get(row.membership_id or 0)
        if membership is None:
            return ImportedLine.Kept.GONE
        if why := self._why_kept(row, membership):
            return why
        if row.membership_is_new:
            alone = row.person_is_new and membership.user_id not in self.elsewhere
            self.removed[membership.pk] = alone
        else:
            self._restore(membership, row.before)
        return ""

    def _why_kept(self, row: ImportedLine, membership: Membership) -> str:
        signed_in = row.person_is_new and (self.uses_of_people[membership.user_id] or membership.user.last_login)
        if self.uses[membership.pk] != row.uses or (row.membership_is_new and signed_in):
            return ImportedLine.Kept.USED
        now = as_is(membership, with_person="person" in row.after)
        if {name: now[name] for name in row.after} != row.after:
            return ImportedLine.Kept.CHANGED
        return ""

    def _restore(self, membership: Membership, before: dict) -> None:
        for name in before.keys() & set(KEPT_FIELDS):
            value = before[name]
            is_date = value and isinstance(Membership._meta.get_field(name), models.DateField)
            setattr(membership, name, dt.date.fromisoformat(value) if is_date else value)
        self.restored[membership.pk] = before

    def save(self) -> None:
        changed = [self.memberships[pk] for pk in self.restored if pk not in self.removed]
        Membership.objects.bulk_update(changed, [name.removesuffix("_id") for name in KEPT_FIELDS])
        told = {
            name: [before[name] for before in self.restored.values() if before.get(name)]
            for name in ("pause_closed", "pause_made", "representation")
        }
        Pause.objects.filter(pk__in=told["pause_made"]).delete()
        Pause.objects.filter(pk__in=told["pause_closed"]).update(ends_on=None)
        Representation.objects.filter(pk__in=told["representation"]).delete()
        people = {self.memberships[pk].user_id for pk, alone in self.removed.items() if alone}
        Membership.objects.filter(pk__in=self.removed).delete()
        User.objects.filter(pk__in=people).delete()


def _remove_organisations(mine: MemberImport) -> None:
    """Those the list made, when nothing points at them."""
    made = set(Organisation.objects.filter(sort_key__in=mine.organisations).values_list("pk", flat=True))
    Organisation.objects.filter(pk__in=made - in_use(Organisation, made).keys()).delete()
