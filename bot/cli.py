"""The command line. Exit codes: 0 done, 1 failed, 2 wrong usage or settings. One file of thin commands over the App."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import click

from bot import __version__, logs
from bot.domain.feed import SOURCES
from bot.errors import BadQuery, PaperwireError, SettingsError
from bot.locks import run_lock

if TYPE_CHECKING:  # what runs is imported where it runs: --help and a wrong word take a fifth of the time without
    from bot.app import App
    from bot.config import Settings

_T = TypeVar("_T")
_STOPPED: Final = "Stopped. Nothing is half done: what was stored is whole."


class _Moment(click.ParamType[datetime]):
    """A time such as 2026-03-05T06:00:00Z; without a zone it is UTC."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time. Write it like 2026-03-05T06:00:00Z.", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


class _Context:
    """What all commands share: the settings, read when first asked for, and the time that decides."""

    def __init__(self, now: datetime | None) -> None:
        self.fixed = now

    def settings(self) -> "Settings":
        from bot.config import load

        settings = load()
        quiet = sys.stdin.isatty() and settings.origins.get("PAPERWIRE_LOG_LEVEL", "default") == "default"
        logs.set_up(
            "ERROR" if quiet else settings.log_level, json=settings.log_format == "json", secrets=settings.secrets
        )
        for warning in settings.warnings:
            logging.getLogger("paperwire").warning(warning)
        return settings

    def clock(self) -> datetime:
        return self.fixed or datetime.now(UTC)

    def app(self, settings: "Settings | None" = None, **more: Any) -> "App":
        from bot.app import App

        return App(settings or self.settings(), clock=self.clock, **more)


def _tells_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Expected failures become one line on stderr and an exit code; bugs keep their traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SettingsError as error:
            _fail(str(error), 2)
        except PaperwireError as error:
            _fail(str(error), 1)
        except KeyboardInterrupt:
            _fail(_STOPPED, 1)

    return wrapped


def _fail(words: str, code: int) -> NoReturn:
    click.echo(words, err=True)
    raise SystemExit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="paperwire")
@click.option(
    "--now", type=_Moment(), help="Take this for the present time (one-shot commands), e.g. 2026-03-05T06:00:00Z."
)
@click.pass_context
def main(context: click.Context, now: datetime | None) -> None:
    """paperwire: a wire service for papers with code.

    It follows arXiv, feeds, GitHub and Hugging Face, finds which paper has which code, and tells your chat.
    """
    context.obj = _Context(now)


@main.command()
@click.pass_obj
@_tells_errors
def run(context: _Context) -> None:
    """Run the service: poll, deliver, and talk.

    It talks in this terminal, and in Telegram and Slack where their tokens are set. One `run` per data folder.
    """
    if context.fixed:
        raise click.UsageError("--now is for one-shot commands; `run` lives in the present.")
    settings = context.settings()
    with run_lock(settings.data):
        app = context.app(settings)
        if sys.stdin.isatty() and sys.stdout.isatty():
            click.echo(f"paperwire {__version__}. Data in {settings.data}. Type /help, or quit to leave.")
            click.echo("I read the sources in a moment. /subscribe first to hear of today's papers.")
        asyncio.run(_serve(app))


@main.command()
@click.pass_obj
@_tells_errors
def chat(context: _Context) -> None:
    """Talk in this terminal, without polling.

    First the alerts that wait for the console are printed. With a pipe for a keyboard each line is answered.
    """
    settings = context.settings()
    with run_lock(settings.data), context.app(settings) as app:
        from bot.service import Service

        asyncio.run(Service(app).chat())


async def _serve(app: "App") -> NoReturn:
    """Run, and then end at once; asyncio.run would wait for every worker."""
    from bot.service import Service

    await Service(app).run()
    _leave(app, 0)


def _leave(app: "App", code: int) -> NoReturn:
    """End at once, though a worker may hang in a slow request: what it stores, it stores whole.

    The write lock makes sure that no transaction is under way; the lock files free themselves.
    """
    with app.storage.write():
        logging.shutdown()
        sys.stdout.flush()
        os._exit(code)


def _interruptible(app: "App", work: Callable[[], _T]) -> _T:
    """Work beside this thread, so that Ctrl-C waits for no slow request."""
    with ThreadPoolExecutor(1) as pool:
        try:
            return pool.submit(work).result()
        except KeyboardInterrupt:
            click.echo(_STOPPED, err=True)
            _leave(app, 1)


@main.command()
@click.argument("text")
@click.pass_obj
@_tells_errors
def ask(context: _Context, text: str) -> None:
    """Ask one thing as the console's user; the answer is plain text.

    For example: paperwire ask "/code bert", or simply: paperwire ask bert.
    """
    with context.app() as app:
        click.echo(app.ask(text))


@main.command()
@click.argument("sources", nargs=-1, type=click.Choice(SOURCES), metavar="[SOURCE]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, keyed by source, as the last line.")
@click.pass_obj
@_tells_errors
def poll(context: _Context, sources: Sequence[str], as_json: bool) -> None:
    """Fetch now what is due, or all of the named sources.

    They are called arxiv, rss, trending, github and huggingface. The console's alerts are printed; with --json they
    wait for the next `chat`. Alerts for other chats wait for `run` or `deliver`. The exit code is 1 if all failed.
    """
    with context.app(progress=_progress()) as app:
        counts = _interruptible(app, lambda: app.poll_all(sources))
        if as_json:
            click.echo(json.dumps({name: asdict(count) for name, count in counts.items()}))
        else:
            _print_counts(counts, sources or SOURCES, app.why_nothing())
            asyncio.run(app.deliver_to_console())
    if all(counts[name].failed for name in sources or SOURCES):
        raise SystemExit(1)


def _print_counts(counts: Mapping[str, Any], wanted: Sequence[str], why_nothing: str) -> None:
    from bot.app import describe

    for name in wanted:
        count = counts[name]
        silent = why_nothing and name == "arxiv" and not count.new_papers
        click.echo(f"{name:<12} {describe(count)}" + (f" ({why_nothing})" if silent else ""))
        for error in count.errors:
            click.echo(f"{'':<12} failed: {error}")


def _progress() -> Callable[[str, int, int], None] | None:
    """Long work's progress on stderr, where that is a terminal."""
    if not sys.stderr.isatty():
        return None
    return lambda what, done, total: click.echo(
        f"\r\x1b[K{what} {done}/{total}" if done < total else "\r\x1b[K", err=True, nl=False
    )


@main.command()
@click.pass_obj
@_tells_errors
def deliver(context: _Context) -> None:
    """Send now what waits in the outbox for Telegram and Slack."""
    with context.app() as app:
        counts = asyncio.run(app.deliver_once())
    if counts is None:
        click.echo("No channel is set: give TELEGRAM_BOT_TOKEN, or SLACK_BOT_TOKEN and SLACK_APP_TOKEN.", err=True)
    else:
        click.echo(f"{counts.sent} sent, {counts.later} later, {counts.dead} given up")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
@_tells_errors
def status(context: _Context, as_json: bool) -> None:
    """Sources, queue and failures at a glance."""
    with context.app() as app:
        if as_json:
            click.echo(json.dumps(asdict(app.answers.status()), default=str))
        else:
            click.echo(app.ask("/status"))


@main.command()
@click.pass_obj
@_tells_errors
def config(context: _Context) -> None:
    """Every setting, its value and where it came from.

    A secret only says whether it is set.
    """
    from bot.config import explain

    rows = explain(context.settings())
    room = max(len(row.name) for row in rows)
    for row in rows:
        click.echo(f"{row.name:<{room}}  {row.value}  ({row.origin})")


@main.command()
@click.pass_obj
@_tells_errors
def doctor(context: _Context) -> None:
    """Look for faults, and say how to mend them.

    It checks settings, database, disk, clock, each source and each channel. The exit code is 1 if one is wrong.
    """
    from bot.doctor import examine  # because: only this command needs it

    well = True
    with context.app() as app:
        for finding in examine(app):
            well = well and finding.well
            click.echo(f"{'ok  ' if finding.well else 'FAIL'}  {finding.what}: {finding.words}")
    if not well:
        raise SystemExit(1)


@main.command("export-links")
@click.pass_obj
@_tells_errors
def export_links(context: _Context) -> None:
    """Print what the owner has said of links, as JSON lines.

    Each has the paper's id and title, the repository, what was said of it (official, community, wrong), and when.
    """
    with context.app() as app:
        for correction in app.storage.reports.decisions():
            click.echo(json.dumps(asdict(correction), default=lambda value: value.isoformat(), ensure_ascii=False))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
@_tells_errors
def backup(context: _Context, file: Path) -> None:
    """Copy the database to FILE, also while `run` is on.

    The copy is consistent, and holds no tokens.
    """
    with context.app() as app:
        app.storage.back_up(file)
    click.echo(f"Backed up to {file} ({file.stat().st_size / 1e6:,.1f} MB).")


@main.command()
@click.argument("period", nargs=-1, required=True)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder for the files."
)
@click.pass_obj
@_tells_errors
def review(context: _Context, period: Sequence[str], out: Path) -> None:
    """Write a review of PERIOD: a page, Markdown, CSV and charts.

    PERIOD is such as 2018-H2, 2025-Q4, 2026-02, 2025-11..2026-02, or last month.
    """
    from bot.reviewing import write_review  # because: only this command needs it

    with context.app() as app:
        try:
            files = write_review(app, " ".join(period), out)
        except BadQuery as error:
            raise click.UsageError(f"{error} {error.hint}") from error
    for file in files:
        click.echo(str(file))


@main.command("import-archive")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="[FILE]...")
@click.option("--download", is_flag=True, help="Fetch both files first (0.6 GB), into the data folder.")
@click.pass_obj
@_tells_errors
def import_archive(context: _Context, files: Sequence[Path], download: bool) -> None:
    """Take in the Papers With Code archive, as of July 2025.

    Its two files, packed or not, in any order: links-between-papers-and-code.json.gz, papers-with-abstracts.json.gz.
    Stopped anywhere, the same command goes on where it was. It may run beside `run`. Nothing of it is news.
    """
    from bot.domain.archive import CREDIT

    if not files and not download:
        raise click.UsageError("Name the archive's files, or let --download fetch them.")
    with context.app() as app:
        _interruptible(app, lambda: _import(app.import_archive(files, download=download, progress=_or_silent())))
    click.echo(f"Source: {CREDIT}.")


def _import(counts: Iterable[Any]) -> None:
    for count in counts:
        new = ((count.new_papers, "new papers"), (count.new_links, "new links"))
        words = ", ".join([f"{count.rows:,} rows", *(f"{number:,} {name}" for number, name in new if number)])
        said = f"{count.rows:,} rows, read before" if count.done_before else words
        click.echo(f"{count.file}, {count.stage}: {said}")
        if count.bad and count.stage != "details":
            click.echo(f"  {count.bad:,} rows can't be used" + (", such as:" if count.listed else "."))
            for row in count.listed:
                click.echo(f"    row {row.number} {row.reason}")


def _or_silent() -> Callable[[str, int, int], None]:
    return _progress() or (lambda *_: None)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
@_tells_errors
def restore(context: _Context, file: Path) -> None:
    """Put a backup in the database's place.

    What was there is kept beside it. Not while `run` or `chat` is on.
    """
    from bot.app import put_back

    settings = context.settings()
    with run_lock(settings.data):
        kept = put_back(file, settings.data)
    click.echo(f"Restored {file}." + (f" The database before is {kept}." if kept else ""))
