"""What all tests share, those in docstrings too."""

import signal

from hypothesis import settings

# The same draws in every run: what fails once fails again, and what passed passes.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

# A shell lets Ctrl-C be ignored where it runs the tests in the background; they raise it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
