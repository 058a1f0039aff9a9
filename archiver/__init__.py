"""archiver: which bytes were served at an address, that they are unchanged, and who published the text first."""

__version__ = "0.1.0"
