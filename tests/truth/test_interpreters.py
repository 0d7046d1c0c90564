"""Programs with several interpreters: all of their objects count, names are of the one that is meant."""
import os

import pytest

import graphs
import processes
from og import native

MOST = 64  # that og looks at


@pytest.fixture(params=[3, MOST + 6], ids=["few", "many"])
def several(request, python, library):
    program = os.path.join(processes.PROGRAMS, "interpreters.py")
    with processes.process([python.path, "-B", program, str(request.param)]) as running, processes.stopped(running.pid):
        target = library.open_process(running.pid)
        yield request.param, running.pid, target
        target.close()


def test_objects_of_every_interpreter_count(several):
    made, _, target = several
    graph = graphs.scan(target)
    counts = {row.type: row.count for row in target.types(graph, native.query())[0]}
    looked_at = min(made + 1, MOST)
    assert target.info().interpreters == looked_at
    assert counts["Outer"] == 50
    assert counts["Inner"] == 100 * made  # those of more interpreters are found by sweeping the memory
    assert made < MOST or any("interpreters cannot be read" in note for note in target.notes()), target.notes()
    graph.close()


def test_names_are_of_the_main_interpreter(several):
    _, pid, target = several
    main = [thread for thread in target.threads() if thread.function == "wait"]
    assert len(main) == 1
    mark = target.resolve("MARK", 0, 0)
    assert target.describe(mark).type == "list"
    assert target.resolve("here", pid, main[0].thread_id) == mark
