"""Meetings: planned, invited to, run, followed up; and the pages that need no account."""

from django.urls import path

from meetings.views import follow_up, invitations, live, phone, planning, topics

app_name = "meetings"
urlpatterns = [
    path("rencontres/", planning.list_meetings, name="list"),
    path("communautes/<int:pk>/rencontres/", planning.list_of_community, name="of_community"),
    path("communautes/<int:pk>/rencontres/planifier/", planning.plan_meetings, name="plan"),
    path("rencontres/<int:pk>/", planning.show_meeting, name="detail"),
    path("rencontres/<int:pk>/modifier/", planning.edit_meeting, name="edit"),
    path("rencontres/<int:pk>/deroulement/", planning.edit_agenda, name="agenda"),
    path("rencontres/<int:pk>/annuler/", planning.cancel_meeting, name="cancel"),
    path("communautes/<int:pk>/sujets/", topics.list_topics, name="topics"),
    path("communautes/<int:pk>/sujets/proposer/", topics.propose_topic, name="propose_topic"),
    path("sujets/<int:pk>/", topics.edit_topic, name="topic"),
    path("rencontres/<int:pk>/inviter/", invitations.invite, name="invite"),
    path("rencontres/<int:pk>/reponses/", invitations.list_replies, name="replies"),
    path("rencontres/<int:pk>/calendrier.ics", invitations.calendar_file, name="calendar"),
    path("rencontres/<int:pk>/animer/", live.console, name="live"),
    path("rencontres/<int:pk>/animer/actualiser/", live.refresh, name="refresh"),
    path("rencontres/<int:pk>/demarrer/", live.start, name="start"),
    path("rencontres/<int:pk>/bloc-suivant/", live.next_block, name="next_block"),
    path("rencontres/<int:pk>/ajouter-minutes/", live.add_minutes, name="add_minutes"),
    path("rencontres/<int:pk>/presences/<int:membership_pk>/", live.record_attendance, name="attendance"),
    path("rencontres/<int:pk>/presences/", live.list_attendance, name="roster"),
    path("rencontres/<int:pk>/presences/ajouter/", live.add_walk_in, name="walk_in"),
    path("rencontres/<int:pk>/invites/", live.count_guests, name="guests"),
    path("rencontres/<int:pk>/notes/", live.add_note, name="add_note"),
    path("rencontres/<int:pk>/notes/remettre/", live.restore_note, name="restore_note"),
    path("notes/<int:pk>/", live.edit_note, name="note"),
    path("notes/<int:pk>/retirer/", live.delete_note, name="delete_note"),
    path("rencontres/<int:pk>/sujets/<int:topic_pk>/", live.tick_topic, name="tick_topic"),
    path("rencontres/<int:pk>/synthese/", live.save_synthesis, name="synthesis"),
    path("rencontres/<int:pk>/clore/", live.close, name="close"),
    path("rencontres/<int:pk>/ecran/", live.screen, name="screen"),
    path("rencontres/<int:pk>/suivi/", follow_up.draft, name="follow_up"),
    path("rencontres/<int:pk>/suivi/envoyer/", follow_up.send, name="send_follow_up"),
    path("r/<str:token>/", phone.meeting_page, name="phone"),
    path("r/<str:token>/reponse/", phone.reply, name="reply"),
    path("r/<str:token>/presence/", phone.check_in, name="check_in"),
    path("r/<str:token>/suivre/", phone.follow, name="follow"),
    path("r/<str:token>/calendrier.ics", phone.calendar_file, name="phone_calendar"),
    path("ici/", phone.enter_code, name="enter_code"),
    path("ici/<str:code>/", phone.room, name="room"),
]
