"""Whoever waits longest goes next; whoever loses patience leaves the queue."""

import threading
import time

from portal.core.turns import Room


def test_who_came_first_goes_first_and_nobody_slips_in_between():
    room, order = Room(1), []
    assert room.enter(0)

    def visit(name: int) -> None:
        assert room.enter(30)
        order.append(name)
        room.leave()

    visitors = [threading.Thread(target=visit, args=(name,)) for name in range(8)]
    for name, visitor in enumerate(visitors):
        visitor.start()
        while len(room._waiting) <= name:
            time.sleep(0.001)
    assert not room.enter(0)
    room.leave()
    for visitor in visitors:
        visitor.join()
    assert order == list(range(8))


def test_lost_patience_takes_no_place():
    room = Room(1)
    assert [room.enter(0), room.enter(0.01), room.enter(0.01)] == [True, False, False]
    room.leave()
    assert [room.enter(0), room.enter(0)] == [True, False]


def test_there_is_room_for_so_many_and_no_more_however_they_come_and_go():
    room, inside, most = Room(3), [], []
    missed = []

    def visit() -> None:
        for _ in range(200):
            if not room.enter(0.0005):
                missed.append(1)
                continue
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            room.leave()

    visitors = [threading.Thread(target=visit) for _ in range(12)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert (max(most) <= 3, len(most) + len(missed)) == (True, 2400)
    assert [room.enter(0) for _ in range(4)] == [True, True, True, False]
