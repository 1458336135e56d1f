"""Unsubscribing without signing in, and the demonstration's mailbox."""

from django.urls import path

from outbox import views

app_name = "outbox"
urlpatterns = [
    path("desabonnement/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("courriels/", views.mailbox, name="mailbox"),
    path("courriels/<int:pk>/", views.read_message, name="message"),
]
