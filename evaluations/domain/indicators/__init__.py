"""The measures of a year, each with its definition and its n: who came, how often, what they answered.

`of` (one year) and `over` (several) read any number of communities in a fixed number of queries (`reading`) and count
in Python (`counting`). Whoever runs a meeting is not counted in it; a member who co-facilitates is. Trainings and
preparatory meetings stand apart. Where there is nothing to divide by, a measure has no value: « données
insuffisantes », never zero. No figure is about one person.
"""

from evaluations.domain.indicators.counting import of, over
from evaluations.domain.indicators.decline import Circumstance, Decline, decline
from evaluations.domain.indicators.measures import INDICATORS, Measure, number, percent, share_between
from evaluations.domain.indicators.time_spent import TimeSpent, time_spent
from evaluations.domain.indicators.year import Satisfaction, Together, Turnout, Year

METHOD = 4  # raised when a formula changes, so that a report says which one it used
EASY_SIZE = (6, 20)  # people: the size that is easiest to facilitate (guide, p. 11)

__all__ = [
    "EASY_SIZE", "INDICATORS", "METHOD", "Circumstance", "Decline", "Measure", "Satisfaction", "TimeSpent", "Together",
    "Turnout", "Year", "decline", "number", "of", "over", "percent", "share_between", "time_spent",
]  # fmt: skip
