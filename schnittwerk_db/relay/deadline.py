"""An end to what takes too long."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable


class DeadlineError(Exception):
    """It was not done in time."""


def within(seconds: float, action: Callable[[], None]) -> None:
    """Runs the action in a thread of its own, and raises what it raises.

    Raises `DeadlineError` when it is not done in time. Timeouts of sockets do not suffice: each
    bounds the wait for one byte, so that an answer that trickles has no end. The thread is then cut
    off by an exception in it, at the latest when it has waited for its next byte.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except SystemExit:
            # nothing of it is kept, so that what it had open is closed
            raised.append(RuntimeError("it has ended its thread"))
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        # SystemExit: what catches every Exception lets it pass
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
        )
        raise DeadlineError
    if raised:
        raise raised.pop()
