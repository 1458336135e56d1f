from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from accounts.domain import erasing
        from communities.domain import dates
        from communities.domain.community import policies
        from communities.domain.members import history
        from communities.domain.organisations import representing
        from communities.domain.partners import budgeting
        from meetings.domain import polls  # noqa: F401 - the modules that cancel mails
        from meetings.domain.attendance import representatives
        from meetings.domain.followup import follow_up, overdue_reminders  # noqa: F401
        from meetings.domain.invitations import invitations, reminders  # noqa: F401
        from meetings.domain.portal import person_history
        from meetings.domain.retention import erasing as ours
        from meetings.domain.retention import inactive  # noqa: F401
        from meetings.domain.scheduling import advising, community_dates, training_costs

        erasing.also(ours.sweep)
        budgeting.of_trainings.answer = training_costs.entries
        dates.coming.answer = community_dates.coming
        dates.first.answer = community_dates.first
        dates.held.answer = community_dates.held
        dates.held_on.answer = community_dates.held_on
        dates.how_many_coming.answer = community_dates.how_many_coming
        dates.how_many_held.answer = community_dates.how_many_held
        dates.has_begun.answer = community_dates.has_begun
        dates.next_start.answer = community_dates.next_start
        dates.opens_in_room.answer = community_dates.opens_in_room
        dates.took_part.answer = community_dates.took_part
        history.presences.answer = person_history.presences
        history.taken_on.answer = person_history.taken_on
        policies.warnings_of_year.answer = advising.of_year
        representing.meetings_attended.answer = representatives.meetings_attended
