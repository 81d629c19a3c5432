"""What these tests begin with; what stands in the environment must not reach them."""

import shutil
from pathlib import Path

import pytest

from storage import FILE


@pytest.fixture
def tmp_path(tmp_path: Path, new_file: Path) -> Path:
    """With a new database: to make one takes ten times as long as to open it."""
    shutil.copy(new_file, tmp_path / FILE)
    return tmp_path


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK takes any proxy from the environment, for loopback too."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-environment")  # as it is set wherever paperwire really runs
