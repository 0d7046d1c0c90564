"""Cores of a zoo of each interpreter, removed at the end."""
import os

import pytest

import cores


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
