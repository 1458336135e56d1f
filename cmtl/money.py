"""Amounts of money: integers of cents, read and written as people write them, and never through a float."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext_lazy as _

from cmtl import languages

MOST = 100_000_000_00  # cents: more than any community spends, and what a column holds
SPACES = re.compile(r"[\s\u00a0\u202f$]")  # what people put between thousands, and the sign


def cents_of(written: str) -> int:
    """« 1 234,50 $ », « 1,234.50 », « 1.234,50 », « 12,5 » or « 1234 » in cents; ValueError where no amount is written.

    A mark followed by three figures parts thousands; by one or two, the cents.
    """
    text = SPACES.sub("", written)
    amount = re.fullmatch(
        r"(?P<whole>\d+|\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*)(?:[.,](?P<cents>\d{1,2}))?", text
    )
    if not amount or not text.isascii() or len(text) > 20 or (amount["mark"] and text.endswith(amount["mark"])):
        raise ValueError(written)
    if amount["mark"] and amount["cents"] and text[-len(amount["cents"]) - 1] == amount["mark"]:
        raise ValueError(written)  # the same mark for both
    whole = int(re.sub(r"[.,]", "", amount["whole"]))
    return 100 * whole + int(((amount["cents"] or "") + "00")[:2])


def shown(cents: int, *, exact: bool = False) -> str:
    """« 1 234,56 $ » in French, « $1,234.56 » in English; whole dollars go without cents unless `exact`."""
    places = 2 if exact or cents % 100 else 0
    number = number_format(Decimal(abs(cents)) / 100, decimal_pos=places, use_l10n=True, force_grouping=True)
    minus = "−" if cents < 0 else ""
    return f"{minus}${number}" if languages.is_english() else f"{minus}{number}\u00a0$"


def plain(cents: int) -> str:
    """For a form and a spreadsheet: the reader's decimal sign, and nothing between thousands."""
    minus, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{minus}{cents // 100}{get_format('DECIMAL_SEPARATOR')}{cents % 100:02}"


class MoneyField(forms.Field):
    """An amount, in cents; left empty, it is what `empty` says."""

    widget = forms.TextInput

    def __init__(self, *, empty: int | None = 0, **options: Any) -> None:
        self.empty = empty
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": 20}

    def to_python(self, value: Any) -> int | None:
        if not str(value or "").strip():
            return self.empty
        try:
            cents = cents_of(str(value))
        except ValueError:
            raise ValidationError(_("Write an amount, such as 1234.50.")) from None
        if cents > MOST:
            raise ValidationError(_("This amount is too large."))
        return cents

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, int) else value
