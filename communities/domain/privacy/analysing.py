"""What a human writes in the register of anonymisation: when the risks were last analysed, and what was found."""

import datetime as dt

from django.db import transaction

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Anonymisation


@transaction.atomic
def record_analysis(line: Anonymisation, analysed_on: dt.date, analysis: str, *, by: User) -> None:
    """What is saved as it stands leaves no line."""
    theirs = Anonymisation.objects.select_for_update().get(pk=line.pk)
    if (theirs.analysed_on, theirs.analysis) == (analysed_on, analysis):
        return
    theirs.analysed_on, theirs.analysis, theirs.analysed_by = analysed_on, analysis, by
    theirs.save(update_fields=["analysed_on", "analysis", "analysed_by"])
    audit.write(Action.ANALYSIS_WRITTEN, by=by, about=theirs, community=theirs.community, analysed_on=analysed_on)
