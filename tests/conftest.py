"""What many tests begin with: a fixed moment, an open storage in a folder of its own."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from storage import FILE, Storage
from tests.builders import NOW

# because: without bytecode each worker, and each program that a test starts, compiles all of the house anew
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# In memory, where it has room: thousands of commits wait for no disk, and a kill -9 takes no more from it.
_MEMORY = Path("/dev/shm")
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 1_000_000_000:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

settings.register_profile("untimed", deadline=None)  # because: a busy machine is no defect
settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One for each core and half as many more: tests that wait for a pace or a time-out leave their core to others."""
    return (os.cpu_count() or 1) * 3 // 2


gc.disable()  # because: what collecting makes stays until the end; to look through it took two of its nine seconds


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture
def now() -> datetime:
    """A Thursday morning, after arXiv's announcement."""
    return NOW


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database; to copy it takes a tenth of the time that it takes to make one."""
    path = tmp_path_factory.mktemp("new") / FILE
    Storage(path).close()
    return path


@pytest.fixture
def storage(new_file: Path, tmp_path: Path) -> Iterator[Storage]:
    shutil.copy(new_file, tmp_path / FILE)
    with Storage(tmp_path / FILE) as opened:
        yield opened
        assert opened.database.rows("PRAGMA foreign_key_check") == []  # no test may leave anything dangling
        assert opened.trends.drifted() == ()  # nor sums that aren't those of a new count
