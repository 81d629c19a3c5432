"""What these tests begin with."""

import pytest

from storage import Storage
from tests.jobs.wire import Wire


@pytest.fixture
def wire(storage: Storage) -> Wire:
    return Wire(storage)
