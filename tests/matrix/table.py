"""The table of what test_matrix.py found, printed at the end of a run; a plugin of pytest.

With $OG_MATRIX_INTO=docs/SUPPORT.md it also takes the place of the one in that file, between the lines BEGIN and END."""
import os
import re
from typing import Any, Dict, List, Tuple

Name = Tuple[int, str]
BEGIN, END = "<!-- the table of tests/matrix -->\n", "<!-- end of the table -->\n"


class Table:
    """Rows are interpreters and places, columns are GDBs, each (number, name). A cell says ok, what failed, or why it was skipped."""

    def __init__(self) -> None:
        self.cells: Dict[Tuple[Name, Name], str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        known = dict(report.user_properties)
        if "cell" in known:
            row, column = map(tuple, known["cell"])
            if report.failed:
                self.cells[row, column] = "FAILED " + known.get("said", report.when)
            elif report.skipped or report.when == "call":
                self.cells[row, column] = known.get("said", "skipped")

    def text(self) -> List[str]:
        """A table of Markdown, columns padded."""
        rows, columns = (sorted(set(each)) for each in zip(*self.cells))
        lines = [["", *("GDB " + name for _, name in columns)]]
        lines += [[row[1], *(self.cells.get((row, column), "") for column in columns)] for row in rows]
        widths = [max(map(len, each)) for each in zip(*lines)]
        lines.insert(1, ["-" * width for width in widths])
        return ["| " + " | ".join(word.ljust(width) for word, width in zip(line, widths)) + " |" for line in lines]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.cells:
            terminalreporter.section("every interpreter and place under every GDB: agent, reader, core")
            for line in self.text():
                terminalreporter.write_line(line)
            if os.environ.get("OG_MATRIX_INTO"):
                self.replace(os.environ["OG_MATRIX_INTO"])

    def replace(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            before = file.read()
        table = BEGIN + "".join(line + "\n" for line in self.text()) + END
        after, times = re.subn(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: table, before, flags=re.S)
        assert times == 1, "%s has no place for the table" % path
        with open(path, "w", encoding="utf-8") as file:
            file.write(after)
