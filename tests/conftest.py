"""What many tests begin with: a fixed moment, an open storage in a folder of its own."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from storage import FILE, Storage
from tests.builders import NOW

settings.register_profile("untimed", deadline=None)  # because: a busy machine is no defect
settings.load_profile("untimed")


@pytest.fixture
def now() -> datetime:
    """A Thursday morning, after arXiv's announcement."""
    return NOW


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with Storage(tmp_path / FILE) as opened:
        yield opened
        assert opened.database.rows("PRAGMA foreign_key_check") == []  # no test may leave anything dangling
