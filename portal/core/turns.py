"""Room for so many at a time, in the order in which they came."""

import threading
from collections import deque


class Room:
    """A semaphore that hands a place that becomes free to whoever has waited longest.

    `threading.Semaphore` and `threading.Lock` let a newcomer in before those who wait, so that under load
    some wait many times as long as others.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._waiting: deque[threading.Lock] = deque()
        self._mutex = threading.Lock()

    def enter(self, patience: float) -> bool:
        """Wait up to `patience` seconds for a place; gives whether one was had."""
        with self._mutex:
            if self._places:
                self._places -= 1
                return True
            called = threading.Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=patience):
            return True
        with self._mutex:
            if called not in self._waiting:  # called at the very last moment
                return True
            self._waiting.remove(called)
            return False

    def leave(self) -> None:
        """Give the place to the next one."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._places += 1
