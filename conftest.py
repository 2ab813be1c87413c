"""Ctrl-C reaches the tests also where they run in the background, as a shell lets it be ignored."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
