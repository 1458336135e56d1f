"""What one subject keeps of a wide thing: read and written as if it were of one row, and kept in another."""

from accounts.models import Action, AuditLine
from cmtl import parts
from communities.domain import revising
from communities.domain.privacy import audit_reading, follow_on
from communities.models import Community, DeclineRule, Draft, MailSettings, Policies, RecordSheet, SurveySettings
from tests import factories as make


def test_until_something_is_said_the_defaults_hold_and_no_row_is_kept(community):
    other = make.a_community("Groupe des Vingt", sector="Culture")

    assert RecordSheet.of(community).sector == ""
    assert MailSettings.of(community).reminder_days == 2
    assert RecordSheet.of(other).sector == "Culture"
    assert list(RecordSheet.objects.values_list("community", flat=True)) == [other.pk]


def test_a_part_is_written_alone_and_known_at_once(community):
    other = make.a_community("Groupe des Vingt")
    RecordSheet.write(community, sector="Familles", family="inclusion")
    assert RecordSheet.of(community).sector == "Familles"

    parts.write(community, {"summary": "En une ligne", "sector": "Petite enfance", "reminder_days": 7})

    for read in (community, Community.objects.get(pk=community.pk)):
        sheet = RecordSheet.of(read)
        assert (read.summary, sheet.sector, sheet.family) == ("En une ligne", "Petite enfance", "inclusion")
        assert MailSettings.of(read).reminder_days == 7
    assert not RecordSheet.objects.filter(community=other).exists()


def test_a_part_that_was_read_with_its_community_asks_nothing_more(community, django_assert_num_queries):
    make.a_community("Groupe des Vingt", sector="Culture")
    with django_assert_num_queries(1):
        read = [RecordSheet.of(one).sector for one in Community.objects.select_related("record_sheet")]

    assert sorted(read) == ["", "Culture"]


def test_every_field_has_one_place():
    whole = {field.name for field in Community._meta.concrete_fields}
    of_parts = [[f.name for f in p._meta.concrete_fields if not f.primary_key] for p in parts.parts_of(Community)]

    assert {DeclineRule, Draft, MailSettings, Policies, RecordSheet, SurveySettings} == set(parts.parts_of(Community))
    assert len(whole) + sum(map(len, of_parts)) == len(whole.union(*of_parts))


def test_the_audit_log_speaks_of_the_community_and_names_the_fields(community):
    revising.save(community, {"is_flagship": True, "topic_policy": "ahead"})

    (line,) = AuditLine.objects.filter(action=Action.SETTINGS_CHANGED)
    assert (line.kind, line.community) == ("communities.community", community.pk)
    (told,) = audit_reading.said([line])
    assert len(told.details) == 2
    assert not any("is_flagship" in words for words in told.details), "the field’s own name, as people read it"


def test_what_was_decided_of_a_sentence_before_it_moved_is_found_again(community):
    sheet = RecordSheet.write(community, origin="Née avec Nadia.")

    assert follow_on.print_of(sheet, "origin", "x") == follow_on.print_of(community, "origin", "x")
    assert follow_on.print_of(sheet, "origin", "x") != follow_on.print_of(sheet, "sector", "x")
