"""Cores of a zoo of each interpreter, removed at the end."""
import os

import pytest

import cores
import gdbrun
import processes


def made(interpreter, factory, og_py):
    folder = factory.mktemp("cores")
    try:
        yield cores.dump(interpreter, folder, og_py)
    finally:
        for name in os.listdir(folder):  # large, and pytest keeps folders
            os.unlink(os.path.join(folder, name))


@pytest.fixture(scope="session")
def dumped(python, tmp_path_factory, og_py):
    yield from made(python, tmp_path_factory, og_py)


@pytest.fixture(scope="session")
def one_dumped(one_python, tmp_path_factory, og_py):
    yield from made(one_python, tmp_path_factory, og_py)


@pytest.fixture(scope="session", params=["gcore", "kernel"])
def kind(request):
    return request.param


@pytest.fixture(scope="session")
def core(dumped, kind):
    return dumped.core(kind)


@pytest.fixture(scope="session")
def one_core(one_dumped, kind):
    return one_dumped.core(kind)


@pytest.fixture(scope="session")
def gcored(one_dumped):
    return one_dumped.core("gcore")


@pytest.fixture(scope="session")
def two_cores(one_python, tmp_path_factory, og_py):
    """One process, before and after it grew."""
    folder = tmp_path_factory.mktemp("two")
    paths = [str(folder / name) for name in ("before", "after")]
    with processes.running(one_python.path, "grow.py") as program:
        gdbrun.run(og_py, program.pid, "gcore " + paths[0], "signal SIGUSR1", "gcore " + paths[1])
    yield paths
    for path in paths:
        os.unlink(path)
