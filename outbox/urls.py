"""Unsubscribing without signing in, and the demonstration's mailbox."""

from django.urls import path

from outbox import views

app_name = "outbox"
urlpatterns = [
    path("desabonnement/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("compte/courriels/", views.edit_preferences, name="preferences"),
    path("courriels/", views.mailbox, name="mailbox"),
    path("courriels/<int:pk>/", views.read_message, name="message"),
    path("courriels/<int:pk>/page/", views.show_message, name="message_page"),
    path("courriels/<int:pk>/invite.ics", views.download_calendar, name="message_calendar"),
]
