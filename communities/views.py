"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


list_communities = _stub
create_community = _stub
show_community = _stub
edit_community = _stub
edit_objectives = _stub
edit_rules = _stub
edit_roles = _stub
list_members = _stub
add_member = _stub
import_members = _stub
export_members = _stub
preview_import = _stub
apply_import = _stub
list_people = _stub
edit_membership = _stub
