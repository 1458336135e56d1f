"""Tables that leave as CSV."""

import pytest
from django.utils import translation

from cmtl.tables import csv_response, harmless


@pytest.mark.parametrize("cell", ["=1+1", "+1 514 842-2400", "-cmd", "@SUM(A1)", "\t=1", "＝1"])
def test_what_a_spreadsheet_would_run_becomes_text(cell):
    assert harmless(cell).startswith("'")


@pytest.mark.parametrize(("cell", "shown"), [("-3,5", "-3,5"), (12, "12"), (None, ""), ("Ève", "Ève")])
def test_numbers_and_words_are_left_as_they_are(cell, shown):
    assert harmless(cell) == shown


def test_excel_in_french_reads_accents_and_columns():
    with translation.override("fr-ca"):
        response = csv_response("membres.csv", ["Prénom", "Nom"], [["Ève", "=1+1"]])

    assert response.content.decode("utf-8-sig").splitlines() == ["Prénom;Nom", "Ève;'=1+1"]
    assert response.content.startswith(b"\xef\xbb\xbf")
