"""Users at work: keep-alive connections in threads, each request timed; and what their times come to."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

Send = Callable[["User"], int]


@dataclass
class User:
    """One browser: its connection, its cookie, and what the flow wants to remember."""

    url: str
    cookie: str = ""
    memory: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, bytes]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), kind)

    def post_parts(self, path: str, body: bytes, boundary: str) -> tuple[int, bytes]:
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request(method, path, body, {**headers, "Cookie": self.cookie})
        answer = self._connection.getresponse()
        return answer.status, answer.read()


@dataclass(frozen=True)
class Measured:
    """Requests a second, and the times of single requests in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float
    wrong: int


def measure(users: list[User], send: Send, *, seconds: float, right: set[int]) -> Measured:
    """Let all users send for so long, after a short warm-up; `right` are the statuses that count as done."""
    for user in users:
        send(user)
    times: list[list[float]] = [[] for _ in users]
    wrong = [0] * len(users)
    begin = time.perf_counter()

    def work(n: int) -> None:
        while time.perf_counter() - begin < seconds:
            start = time.perf_counter()
            status = send(users[n])
            times[n].append(time.perf_counter() - start)
            wrong[n] += status not in right

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(users))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    every = sorted(one for some in times for one in some)
    return Measured(
        rate=len(every) / took,
        p50=quantile(every, 0.50),
        p95=quantile(every, 0.95),
        p99=quantile(every, 0.99),
        wrong=sum(wrong),
    )


def quantile(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000
