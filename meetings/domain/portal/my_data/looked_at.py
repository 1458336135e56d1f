"""Who read, took away or changed what is held about one."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl import retention
from communities.domain.privacy import audit_reading
from meetings.domain.portal.my_data.section import Rows, Section


def _acts(user: User) -> Rows:
    latest = list(audit_reading.concerning(user)[: audit_reading.MOST_OF_ONESELF])
    for one in audit_reading.said(reversed(latest)):
        yield one.line.at, one.who, one.role, one.action, one.where, " · ".join(one.details)


SECTIONS = [
    Section(
        "looked_at",
        _("Who read or changed it"),
        _("To answer for what is done with your data. What those who facilitate your meetings read is not here."),
        retention.said("audit_lines"),
        {
            "at": _("When"),
            "who": _("Who"),
            "role": _("Role"),
            "act": _("Act"),
            "community": _("Community"),
            "details": _("Details"),
        },
        _acts,
        most=audit_reading.MOST_OF_ONESELF,
    )
]
