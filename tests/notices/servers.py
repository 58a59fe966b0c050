"""Mail servers that behave badly on purpose, each on a free port of this machine."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = Callable[[socket.socket], None]


@contextmanager
def bad_server(answer: Answer) -> Iterator[int]:
    """A server that does to each connection what `answer` does, until the test is over; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()
        threads: list[threading.Thread] = []

        def serve() -> None:
            listening.settimeout(0.05)
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = listening.accept()
                    threads.append(threading.Thread(target=talk, args=(connection,)))
                    threads[-1].start()

        def talk(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                answer(connection)

        threads.append(threading.Thread(target=serve))
        threads[0].start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            for thread in threads:
                thread.join()


def silent(connection: socket.socket) -> None:
    """Takes the connection and says nothing until the other side has gone."""
    while connection.recv(1024):
        pass


def dripping(connection: socket.socket) -> None:
    """Says a letter now and then, so that no single wait is ever too long."""
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


def busy(connection: socket.socket) -> None:
    connection.sendall(b"421 too busy\r\n")


def in_a_hurry(connection: socket.socket) -> None:
    """Takes the mail and hangs up without waiting for the goodbye."""
    with connection.makefile("rb") as lines:
        connection.sendall(b"220 here\r\n")
        for line in lines:
            if line[:4].upper() == b"DATA":
                connection.sendall(b"354 go on\r\n")
            elif line == b".\r\n":
                connection.sendall(b"250 taken\r\n")
                return
            elif line[:4].upper() in (b"EHLO", b"HELO", b"MAIL", b"RCPT"):
                connection.sendall(b"250 fine\r\n")
