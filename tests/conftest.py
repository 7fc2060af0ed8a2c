"""Puts this folder on the path, so that every test can import `worlds`."""

from hypothesis import settings

#: How long an example takes says something about the machine, not about the code.
settings.register_profile("fanpin", deadline=None)
settings.load_profile("fanpin")
