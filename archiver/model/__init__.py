"""NOUNS: the words of the project as frozen values, checked at birth. Standard library only; no I/O, no clock.

Every other package speaks in these. What may be imported from here: anything. What this package imports: archiver.errors.
"""
