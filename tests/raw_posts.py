"""Tests that post without a page, and why: what no browser does, and the same click twice or at the same time.

Every other post goes through `tests.forms`, which sends what the page shows. `tests/test_conventions.py` reads this
list: by file, the function that posts and the reason.
"""

ATTACK = "an attack: what no page offers"
RACE = "several clicks at the same moment"
TWICE = "the same click twice, or sent again after its answer was lost"
METHODS = "each address is asked with each method by each role"

RAW_POSTS: dict[str, dict[str, str]] = {}
