"""Communities and their people."""

from django.urls import path

from communities.views import advice, communities, frame, imports, people, roles, settings

app_name = "communities"
urlpatterns = [
    path("communautes/", communities.list_communities, name="list"),
    path("communautes/nouvelle/", communities.create_community, name="create"),
    path("communautes/<int:pk>/", communities.show_community, name="detail"),
    path("communautes/<int:pk>/modifier/", communities.edit_community, name="edit"),
    path("communautes/<int:pk>/reglages/", settings.show_settings, name="settings"),
    path("communautes/<int:pk>/reglages/ecarter/", advice.set_aside, name="set_aside"),
    path("mises-de-cote/<int:pk>/reprendre/", advice.restore, name="restore"),
    path("communautes/<int:pk>/objectifs/", frame.edit_objectives, name="objectives"),
    path("communautes/<int:pk>/regles/", frame.edit_rules, name="rules"),
    path("communautes/<int:pk>/roles/", roles.edit_roles, name="roles"),
    path("communautes/<int:pk>/personnes/", people.list_members, name="members"),
    path("communautes/<int:pk>/personnes/ajouter/", people.add_member, name="add_member"),
    path("communautes/<int:pk>/personnes/importer/", imports.import_members, name="import"),
    path("communautes/<int:pk>/personnes.csv", people.export_members, name="export_members"),
    path("importations/<int:pk>/", imports.preview_import, name="import_preview"),
    path("importations/<int:pk>/appliquer/", imports.apply_import, name="apply_import"),
    path("personnes/", people.list_people, name="people"),
    path("membres/<int:pk>/", people.edit_membership, name="membership"),
]
