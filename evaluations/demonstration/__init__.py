"""The demonstration: the seven groups of the guide with invented people and two years of meetings behind them.

The same seed on the same day gives the same data. Dates are told from today, so that there is always a meeting
this week and one that can be started now.
"""
