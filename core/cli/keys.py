"""Single keys of a terminal, without Enter and without an echo."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    import msvcrt
    import time

    @contextmanager
    def single_keys() -> Iterator[bool]:
        """Hear single keys; whether there is a keyboard."""
        yield sys.stdin.isatty()

    def key_pressed(within_s: float) -> str:
        """The key that is pressed in the next seconds; empty where none is."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if msvcrt.kbhit():
                return msvcrt.getwch()
            time.sleep(0.05)
        return ""

else:
    import os
    import select
    import termios
    import tty

    @contextmanager
    def single_keys() -> Iterator[bool]:
        """Hear single keys; whether there is a keyboard."""
        if not sys.stdin.isatty():
            yield False
            return
        before = termios.tcgetattr(sys.stdin)
        try:
            tty.setcbreak(sys.stdin)
            yield True
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)

    def key_pressed(within_s: float) -> str:
        """The key that is pressed in the next seconds; empty where none is. An arrow is one key."""
        ready, _, _ = select.select([sys.stdin], [], [], within_s)
        return os.read(sys.stdin.fileno(), 16).decode(errors="replace") if ready else ""
