"""typer: a file a verb, heavy imports inside the command, and one way of printing (_output).

Data on standard output, everything else on standard error. Imports whatever it needs, lazily; nothing imports it.
What a command *does* is in pipeline, ledger and manifest: here are arguments, words and exit codes alone.
"""
