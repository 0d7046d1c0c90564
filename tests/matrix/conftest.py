"""Each test of the matrix is a cell of its table."""


def pytest_runtest_setup(item):
    row, column = item.callspec.params["subject"], item.callspec.params["debugger"]
    numbered = (item.module.ROWS.index(row), row.name), (item.module.DEBUGGERS.index(column), column.name)
    item.user_properties.append(("cell", numbered))
