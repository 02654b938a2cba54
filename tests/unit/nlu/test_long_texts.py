"""Long texts are read at their beginning and end, in bounded work; danger counts wherever it stands."""

from assistant.language.text import HEAD_CHARS, TAIL_CHARS, gist, tokens


def test_what_is_left_stands_where_it_stood() -> None:
    text = "book me in " + "blah " * 300 + "on thursday at ten"
    short = gist(text)
    assert len(short) == len(text)
    assert short.index("thursday") == text.index("thursday") and short.startswith("book me in")


def test_the_rules_read_no_more_than_the_bound() -> None:
    short = gist("no " * 3000)
    assert sum(len(token.word) + 1 for token in tokens(short)) <= HEAD_CHARS + TAIL_CHARS


def test_a_short_text_is_left_alone() -> None:
    assert gist("a check-up on friday please") == "a check-up on friday please"
