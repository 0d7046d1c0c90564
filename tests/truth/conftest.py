"""The engine on a stopped zoo, read from outside."""
import pytest

import graphs
import processes


@pytest.fixture(scope="session")
def target(zoo, library):
    with processes.stopped(zoo.pid):
        opened = library.open_process(zoo.pid)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def graph(target):
    scanned = graphs.scan(target)
    yield scanned
    scanned.close()


@pytest.fixture(scope="session")
def arrays(graph):
    return graphs.Arrays.of(graph)
