"""What needs a person this morning: the next meeting, what is left to do, and how their communities are doing.

Everything is asked in a fixed number of queries, whatever the number of communities and meetings.
"""

from evaluations.web.today.page import Today, usual_turnout
from evaluations.web.today.to_do import LATE, SOON, THIS_WEEK, ToDo

__all__ = ["LATE", "SOON", "THIS_WEEK", "ToDo", "Today", "usual_turnout"]
