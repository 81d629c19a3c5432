"""A review as files: for the command line alone."""

from pathlib import Path

from bot.app import App
from bot.errors import StorageError
from handlers.review import write


def write_review(app: App, period: str, folder: Path) -> tuple[Path, ...]:
    """The page, Markdown, figures and charts of a period's review. Raises BadQuery for the period, or StorageError."""
    review = app.answers.trends.review(period)
    try:
        return write(review, folder)
    except OSError as error:
        raise StorageError(f"{error.filename or folder} can't be written: {error.strerror}.") from error
