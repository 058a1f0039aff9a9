"""The scheduled job: a run of the watch list, and what it tells those who do not watch it: summary, pings, notices, metrics.

May import everything below it, the pipeline included, and not the command line. A run is values (model.run) for all that tell of it.
"""
