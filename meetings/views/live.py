"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


console = _stub
refresh = _stub
start = _stub
next_block = _stub
add_minutes = _stub
record_attendance = _stub
add_walk_in = _stub
count_guests = _stub
add_note = _stub
edit_note = _stub
delete_note = _stub
tick_topic = _stub
save_synthesis = _stub
close = _stub
screen = _stub
