"""Communities and their people."""

from django.urls import path

from communities import views

app_name = "communities"
urlpatterns = [
    path("communautes/", views.list_communities, name="list"),
    path("communautes/nouvelle/", views.create_community, name="create"),
    path("communautes/<int:pk>/", views.show_community, name="detail"),
    path("communautes/<int:pk>/modifier/", views.edit_community, name="edit"),
    path("communautes/<int:pk>/objectifs/", views.edit_objectives, name="objectives"),
    path("communautes/<int:pk>/regles/", views.edit_rules, name="rules"),
    path("communautes/<int:pk>/roles/", views.edit_roles, name="roles"),
    path("communautes/<int:pk>/personnes/", views.list_members, name="members"),
    path("communautes/<int:pk>/personnes/ajouter/", views.add_member, name="add_member"),
    path("communautes/<int:pk>/personnes/importer/", views.import_members, name="import"),
    path("communautes/<int:pk>/personnes.csv", views.export_members, name="export_members"),
    path("importations/<int:pk>/", views.preview_import, name="import_preview"),
    path("importations/<int:pk>/appliquer/", views.apply_import, name="apply_import"),
    path("personnes/", views.list_people, name="people"),
    path("membres/<int:pk>/", views.edit_membership, name="membership"),
]
