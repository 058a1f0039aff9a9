"""Where many items are worked on: a stage is handed in, an engine runs it over everything and answers in order.

Owns processes, order, and how much is under way at once. Knows no stage and imports none: what a stage does with an item,
and what an answer looks like, is its caller's.
"""
