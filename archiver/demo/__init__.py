"""A small web that the project ships, so that there is something to archive where there is no network.

Five addresses of three invented publishers: an article, its republication with both of the contradictory sentences that
such pages carry, that page as PDF, and an excerpt of it elsewhere. Standard library only; knows nothing of archiving.
"""
