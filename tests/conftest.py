"""Fixtures: the build under test, each interpreter of this machine, a zoo of each with its truth."""
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path[:0] = [HERE, os.path.join(HERE, "matrix"), os.path.join(ROOT, "gdb")]  # not ROOT: gdb/ would become importable as GDB's own module
sys.dont_write_bytecode = True

import gdbrun  # noqa: E402
import interpreters  # noqa: E402
import table  # noqa: E402
import zoos  # noqa: E402

BUILD = os.path.abspath(os.environ.get("OG_BUILD", os.path.join(ROOT, "build")))


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than ten seconds")
    config.addinivalue_line("markers", "xdist_group: of pytest-xdist, where that is used")
    config.pluginmanager.register(table.Table())


def pytest_report_header(config):
    return ["og build: %s" % BUILD, "interpreters: %s" % ", ".join(each.name for each in interpreters.FOUND)]


def pytest_generate_tests(metafunc):
    """`python`: in truth/ every interpreter found, elsewhere a choice; a minor version that is missing is a skip with its number."""
    if "python" in metafunc.fixturenames:
        where = folder(metafunc.definition)
        taken = interpreters.FOUND if where == "truth" else interpreters.chosen(every_minor=where == "core")
        cases = [pytest.param(each, id=each.name) for each in taken]
        cases += [
            pytest.param(
                version,
                id="%d.%d" % version,
                marks=pytest.mark.skip(reason="no CPython %d.%d on this machine" % version),
            )
            for version in interpreters.MISSING
        ]
        cases += [pytest.param(None, id="not used", marks=pytest.mark.skip(reason=reason)) for reason in interpreters.NOT_USED]
        metafunc.parametrize("python", cases, scope="session")


def folder(item):
    return os.path.basename(os.path.dirname(str(item.path)))


def pytest_itemcollected(item):
    """What one worker of pytest-xdist takes whole: an interpreter's tests of one folder, which share a process, or else a file."""
    if not item.get_closest_marker("xdist_group"):
        python = item.callspec.params.get("python") if hasattr(item, "callspec") else None
        name = python.name if python in interpreters.FOUND else item.path.name
        item.add_marker(pytest.mark.xdist_group(folder(item) + " " + name))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Interpreter by interpreter, file by file, reader by reader: each zoo is filled once, each GDB session held once."""

    def key(item):
        params = item.callspec.params if hasattr(item, "callspec") else {}
        wanted = params.get("python")
        number = interpreters.FOUND.index(wanted) if wanted in interpreters.FOUND else len(interpreters.FOUND)
        return number, str(item.path), str(params.get("drawn", ""))

    items.sort(key=key)


@pytest.fixture(scope="session")
def one_python():
    """Where one version is enough: the distribution's, which is always there, else the first."""
    return next((each for each in interpreters.RELEASES if each.debian), interpreters.RELEASES[0])


@pytest.fixture(scope="session")
def build():
    if not os.path.exists(os.path.join(BUILD, "libog.so")):
        pytest.fail("no libog.so in %s: cmake -S . -B build && cmake --build build" % BUILD)
    return BUILD


@pytest.fixture(scope="session")
def og_py(build):
    return os.path.join(build, "og.py")


@pytest.fixture(scope="session")
def library(build):
    from og import native

    return native.Library(os.path.join(build, "libog.so"))


@pytest.fixture(scope="session")
def zoo(python, tmp_path_factory):
    with zoos.waiting(python, tmp_path_factory.mktemp("zoo")) as made:
        yield made


@pytest.fixture(scope="session")
def one_zoo(one_python, tmp_path_factory):
    with zoos.waiting(one_python, tmp_path_factory.mktemp("zoo")) as made:
        yield made


@pytest.fixture
def gdb(og_py):
    """gdb(pid, *commands) -> gdbrun.Output"""

    def run(pid, *commands, **options):
        return gdbrun.run(og_py, pid, *commands, **options)

    return run
