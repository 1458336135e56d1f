"""Unsubscribing without signing in, and the demonstration's mailbox."""

from django.urls import path

from outbox.web import views as web_views

app_name = "outbox"
urlpatterns = [
    path("desabonnement/<str:token>/", web_views.unsubscribe, name="unsubscribe"),
    path("compte/courriels/", web_views.edit_preferences, name="preferences"),
    path("courriels/", web_views.mailbox, name="mailbox"),
    path("courriels/<int:pk>/", web_views.read_message, name="message"),
    path("courriels/<int:pk>/page/", web_views.show_message, name="message_page"),
    path("courriels/<int:pk>/invite.ics", web_views.download_calendar, name="message_calendar"),
]
