"""Splitting and parsing what is typed behind a command."""
import pytest

from og import options, words
from og.native import OgError

TABLE = (options.limit(10, "rows"), options.LONG, options.OUTPUT, options.BY, options.WHERE, options.JSON)


@pytest.mark.parametrize("text, expected", [
    ("a b", ["a", "b"]), ("  a  ", ["a"]), ("", []), ("(PyObject *)p x", ["(PyObject *)p", "x"]),
    ("py:a['x y'][0] q", ["py:a['x y'][0]", "q"]), ('"one word" \'and one\'', ['"one word"', "'and one'"]),
    ("f(1, g[2 + 3])", ["f(1, g[2 + 3])"]), ("'it\\'s' b", ["'it\\'s'", "b"]),
])
def test_words_end_at_white_space_outside_quotes_and_brackets(text, expected):
    assert [word.text for word in words.split(text)] == expected


@pytest.mark.parametrize("text, missing", [("a['x", "'"), ("f(x", ")"), ("a[1", "]")])
def test_what_is_not_closed_is_named(text, missing):
    with pytest.raises(OgError) as problem:
        words.split(text)
    assert problem.value.message.startswith(missing + " is missing")


@pytest.mark.parametrize("text", ["-limit 5 x", "x -limit 5", "-l x"])
def test_options_may_stand_on_either_side(text):
    if text == "-l x":  # -limit or -long
        with pytest.raises(OgError, match="ambiguous"):
            options.parse(TABLE, text)
        return
    args = options.parse(TABLE, text)
    assert (args.limit, args.rest) == (5, ["x"])


def test_two_dashes_end_the_options():
    assert options.parse(TABLE, "-long -- -limit -x").rest == ["-limit", "-x"]


def test_negative_numbers_and_expressions_are_no_options():
    assert options.parse(TABLE, "-1 -$x").rest == ["-1", "-$x"]


def test_quotes_of_a_value_are_taken_off():
    args = options.parse(TABLE, "-where \"type == 'dict'\" -o '/tmp/a b.txt'")
    assert (args.where, args.o) == ("type == 'dict'", "/tmp/a b.txt")


@pytest.mark.parametrize("text, sentence", [("-limit", "needs a value"), ("-limit x", "takes a number"), ("-limit -3", "takes a number"),
                                            ("-by size", "count or bytes"), ("-nonsense", "is not an option")])
def test_wrong_options_are_refused_with_a_sentence(text, sentence):
    with pytest.raises(OgError, match=sentence):
        options.parse(TABLE, text)


@pytest.mark.parametrize("text, expected", [("-limit x -json", True), ("a['x -json", True), ("'a -json'", False), ("-- -json", False), ("-json", True), ("", False)])
def test_json_is_seen_even_where_the_rest_is_wrong(text, expected):
    assert options.wants_json(text) is expected


@pytest.mark.parametrize("text, names", [("-li", ["-limit"]), ("-l", ["-limit", "-long"]), ("x -js", ["-json"]), ("-- -l", []), ("-by ", [])])
def test_option_names_complete(text, names):
    assert options.completing(TABLE, text).names == names


def test_the_value_of_an_option_completes_as_its_kind():
    assert options.completing(TABLE, "x -o /tm").option is options.OUTPUT
    assert options.completing(TABLE, "-by ").option is options.BY
