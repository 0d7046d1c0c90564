"""Types of extensions that look like CPython's own are not taken for them; what they keep without telling the collector is found."""
import os
import subprocess

import pytest

import graphs
import heaptruth
import hosts
import interpreters
import processes
from og import native

HELD = 20 * 7


@pytest.fixture(scope="module", params=[each for each in interpreters.RELEASES if not each.root], ids=lambda each: each.name)
def program(request, tmp_path_factory):
    python, folder = request.param, str(tmp_path_factory.mktemp("foreign"))
    include = hosts.config(python)["INCLUDEPY"]
    if not os.path.exists(include + "/Python.h"):
        pytest.skip("no headers of %s" % python.name)
    source = os.path.join(processes.PROGRAMS, "foreign.c")
    subprocess.run(["cc", "-O1", "-Wall", "-shared", "-fPIC", "-I", include, source, "-o", folder + "/foreign.so"], check=True)
    with processes.process([python.path, "-B", os.path.join(processes.PROGRAMS, "foreign.py"), folder]) as running:
        yield running, heaptruth.Truth(folder + "/truth")


def test_reader_invents_nothing_and_calls_nothing_damaged(program, library):
    running, truth = program
    with processes.stopped(running.pid):
        target = library.open_process(running.pid)
        graph = graphs.scan(target)
        difference = graphs.compare(truth, graphs.Arrays.of(graph), everything=True)
        assert not difference.invented and not difference.missing, difference.tell("invented") + difference.tell("missing")
        assert (graph.info.unreadable, graph.info.losses.torn) == (0, 0)
        check_held(target, graph)
        patterns, _ = target.by_type(graph, "foreign.Pattern", native.query(all=True, long_names=True))
        assert len(patterns) == 20 and not [row for row in patterns if "compile" in row.label], patterns
        graph.close()
        target.close()


def check_held(target, graph):
    assert target.count(graph, "Held", native.query())[0] == HELD
    unexplained, _ = target.leaking(graph, native.query(), False)
    assert not [found for found, _ in unexplained if found.type == "Held"]


def test_agent_finds_what_the_collector_is_not_told(program, gdb):
    running, _ = program
    said = gdb(running.pid, "set og live agent", "og-count Held", "og-leaking -limit 0 -explained", "og-refs py:KEPT['lists'] -depth 2")
    assert str(HELD) in said.out.split("\n") and "damaged" not in said.out, said.tell()
    assert said.out.count("C part of function at") == 20, said.tell()
    assert "signature (inferred) -> Held" in said.out, said.tell()
