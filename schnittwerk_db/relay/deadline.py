"""Ends what takes too long."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable


class DeadlineError(Exception):
    """The action was not done in time."""


def within(seconds: float, action: Callable[[], None]) -> None:
    """Runs the action in a thread of its own, and raises what it raises.

    Raises `DeadlineError` if that takes longer, and ends the thread by an exception in it, at the
    latest when its next byte arrives. A socket's timeout is not enough: it bounds the wait for one
    byte, and so an answer that trickles in would never end.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except SystemExit:
            # without its traceback, so that what the action had open is closed
            raised.append(RuntimeError("it has ended its thread"))
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        # SystemExit, because `except Exception` does not catch it
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
        )
        raise DeadlineError
    if raised:
        raise raised.pop()
