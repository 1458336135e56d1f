"""Planning meetings: the usual agenda of one."""

from meetings.models import AgendaItem, Meeting

Kind = AgendaItem.Kind
USUAL = {Kind.WELCOME: 5, Kind.FRAME: 5, Kind.TOPICS: 5, Kind.SYNTHESIS: 10, Kind.NEXT: 5, Kind.EVALUATION: 5}


def default_agenda(meeting: Meeting) -> None:
    """Seven phases; the exchange takes what the others leave, and the last five minutes belong to the evaluation."""
    exchange = max(5, meeting.minutes - sum(USUAL.values()))
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, kind=k, title=str(k.label), minutes=USUAL.get(k, exchange), position=n)
        for n, k in enumerate(Kind)
    )
