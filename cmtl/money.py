"""Amounts of money: integers of cents, read and written as people write them."""

import re
from decimal import Decimal, InvalidOperation

from django.utils import formats, translation

SPACES = re.compile(r"[\s\u00a0\u202f$]")


def cents_of(written: str) -> int:
    """« 1 234,56 $ », « 1,234.56 » or « 1234 » in cents; ValueError where no amount is written."""
    text = SPACES.sub("", written)
    text = text.replace(",", "") if "," in text and "." in text else text.replace(",", ".")
    try:
        amount = Decimal(text) * 100
    except InvalidOperation as unreadable:
        raise ValueError(written) from unreadable
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError(written)
    return int(amount)


def shown(cents: int, *, exact: bool = False) -> str:
    """« 1 234,56 $ » in French, « $1,234.56 » in English; whole dollars go without cents unless `exact`."""
    places = 2 if exact or cents % 100 else 0
    number = formats.number_format(Decimal(cents) / 100, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"${number}" if translation.get_language() == "en" else f"{number}\u00a0$"
