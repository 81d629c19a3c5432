"""A server and a client for each test of the sources that asks for them."""

from collections.abc import Iterator

import pytest

from bot.sources.web import LocalAllowances, Web
from tests.sources.clients import SOON_S, a_web
from tests.sources.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def allowances() -> LocalAllowances:
    return LocalAllowances()


@pytest.fixture
def web(allowances: LocalAllowances) -> Iterator[Web]:
    client = a_web(allowances)
    yield client
    client.close()


@pytest.fixture
def hasty() -> Iterator[Web]:
    """One that soon gives up."""
    client = a_web(timeout_s=SOON_S)
    yield client
    client.close()
