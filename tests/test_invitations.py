"""Words that travel in an address come back as they were; anything else is nobody's words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.invitations import LONGEST, payload_of, words_of


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_words_come_back_as_they_went_or_do_not_go(words: str) -> None:
    payload = payload_of(words)
    assert bool(payload) == (len(words.encode()) <= LONGEST)
    assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload)
    assert not payload or words_of(payload) == words


@given(st.text(max_size=80))
def test_any_payload_can_be_read(payload: str) -> None:
    words = words_of(payload)
    assert not words or payload_of(words) == payload


@pytest.mark.parametrize("payload", ["", "w", "here", "w====", "wL2NvZGU=", "w\u00e9", "w_w", "1f0c"])
def test_a_payload_that_is_not_ours_says_nothing(payload: str) -> None:
    assert words_of(payload) == ""
