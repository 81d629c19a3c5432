"""The fake reads HTML as the platform does: what the platform refuses, it refuses."""

import pytest

from tests.telegram.markup import BadMarkup, Entity, read_html


@pytest.mark.parametrize(
    "source",
    ["<b>", "</b>", "<b><i>x</b></i>", "<script>x</script>", "a < b", "<a href=x", "<b", "x</", "<>", "<b>x</i>"],
)
def test_bad_markup_is_refused(source: str) -> None:
    with pytest.raises(BadMarkup):
        read_html(source)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a > b", "a > b"),
        ("&lt;&amp;&gt;&quot;&#39;&#x27;", "<&>\"''"),
        ("a & b &nbsp;", "a & b &nbsp;"),
        ("<b></b>", ""),
    ],
)
def test_good_markup_is_read(source: str, text: str) -> None:
    assert read_html(source) == (text, ())


def test_entities_are_measured_in_utf16() -> None:
    text, entities = read_html('😀<a href="https://a.b/?x=1&amp;y=2"><b>😀é</b></a>')
    assert text == "😀😀é"
    assert entities == (Entity("bold", 2, 3), Entity("text_link", 2, 3, "https://a.b/?x=1&y=2"))
