"""The settings: one table of every option, read from the environment, `.env` and token files.

The table is the class `Settings`. `load` gathers the values, reports everything that is wrong at once, and remembers
where each value came from; `explain` shows them. A value in the environment wins over one in `.env`; empty means "not
set", except for lists, where it means "none". No message ever holds a secret.

Gathering is done here rather than by the library's own sources, because the origin of each value is shown, tokens may
stand in files, and lists are written without JSON. What each text must look like stands in `forms`.
May use: errors, forms.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_dir
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import __version__, forms
from bot.env_file import env_file_values, unreadable
from bot.errors import SettingsError

ENV_FILE = Path(".env")
ARXIV_PACE_S = 3.0  # arXiv's terms: one request per 3 s over all its services
_OWN = "PAPERWIRE_"
_TOKEN_FILE_LIMIT = 10_000


def _option(name: str, default: Any, description: str, example: str, **more: Any) -> Any:
    """A row of the table. A default that depends on the machine is a function."""
    given = {"default_factory": default} if callable(default) else {"default": default}
    return Field(**given, validation_alias=name, description=description, examples=[example], **more)


_Base = Annotated[str, BeforeValidator(forms.base)]
_Token = SecretStr | None


class Settings(BaseSettings):
    """The table. `origins` says where each value came from, `warnings` what looks like a misspelt name."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=False, hide_input_in_errors=True)

    data: Annotated[Path, BeforeValidator(forms.path)] = _option(
        "PAPERWIRE_DATA",
        lambda: Path(user_data_dir("paperwire")),
        "Folder of the database and its lock; by default the user's data folder, made at the first start.",
        "~/paperwire",
    )
    contact: Annotated[str, BeforeValidator(forms.contact)] = _option(
        "PAPERWIRE_CONTACT",
        "",
        "Mail address or web page that sources find in the User-Agent if they need to reach you.",
        "you@example.org",
    )
    arxiv_categories: Annotated[tuple[str, ...], BeforeValidator(forms.categories)] = _option(
        "PAPERWIRE_ARXIV_CATEGORIES",
        ("cs.LG", "cs.CL", "cs.CV", "cs.AI", "cs.NE", "cs.RO", "stat.ML"),
        "arXiv categories to follow.",
        "cs.LG stat.ML",
    )
    arxiv_rss_url: _Base = _option(
        "ARXIV_RSS_URL",
        "https://rss.arxiv.org",
        "arXiv's announcements; /rss/CATEGORY follows.",
        "https://rss.arxiv.org",
    )
    arxiv_api_url: _Base = _option(
        "ARXIV_API_URL",
        "https://export.arxiv.org/api/query",
        "arXiv's query endpoint.",
        "https://export.arxiv.org/api/query",
    )
    arxiv_oai_url: _Base = _option(
        "ARXIV_OAI_URL",
        "https://oaipmh.arxiv.org/oai",
        "arXiv's OAI-PMH endpoint, for days that were missed.",
        "https://oaipmh.arxiv.org/oai",
    )
    arxiv_url: _Base = _option(
        "ARXIV_URL",
        "https://arxiv.org",
        "arXiv's pages; /html/ID follows, for full texts.",
        "https://arxiv.org",
    )
    arxiv_interval: Annotated[float, BeforeValidator(forms.seconds)] = _option(
        "PAPERWIRE_ARXIV_INTERVAL",
        ARXIV_PACE_S,
        "Seconds between two requests to arXiv; less than 3 only if all three arXiv addresses are on this host.",
        "3",
    )
    feeds: Annotated[tuple[str, ...], BeforeValidator(forms.addresses)] = _option(
        "PAPERWIRE_FEEDS",
        (
            "https://huggingface.co/blog/feed.xml",
            "https://bair.berkeley.edu/blog/feed.xml",
            "https://blog.ml.cmu.edu/feed/",
            "https://deepmind.google/blog/rss.xml",
            "https://lilianweng.github.io/index.xml",
            "https://research.google/blog/rss/",
        ),
        "Blogs to follow: RSS, Atom or JSON feeds.",
        "https://huggingface.co/blog/feed.xml",
    )
    allow_private_feeds: Annotated[bool, BeforeValidator(forms.switch)] = _option(
        "PAPERWIRE_ALLOW_PRIVATE_FEEDS",
        False,
        "1 lets chats add feeds at private addresses (this host, your network); for tests.",
        "0",
    )
    access: Annotated[str, BeforeValidator(forms.one_of("open", "allow-list"))] = _option(
        "PAPERWIRE_ACCESS",
        "open",
        "open answers everybody, allow-list only those whom the owner lets in (/allow).",
        "allow-list",
    )
    trending_languages: Annotated[tuple[str, ...], BeforeValidator(forms.languages)] = _option(
        "PAPERWIRE_TRENDING_LANGUAGES",
        ("python", "jupyter-notebook"),
        "Languages whose GitHub trending pages are read; the overall ones always are.",
        "python jupyter-notebook",
    )
    star_budget: Annotated[int, BeforeValidator(forms.whole_number)] = _option(
        "PAPERWIRE_STAR_BUDGET", 100, "Queries an hour for counting stars (100 a query with GITHUB_TOKEN).", "100"
    )
    log_level: Annotated[str, BeforeValidator(forms.one_of("DEBUG", "INFO", "WARNING", "ERROR"))] = _option(
        "PAPERWIRE_LOG_LEVEL", "INFO", "Least severe level that is logged: DEBUG, INFO, WARNING or ERROR.", "INFO"
    )
    log_format: Annotated[str, BeforeValidator(forms.one_of("text", "json"))] = _option(
        "PAPERWIRE_LOG_FORMAT", "text", "text for people, json for one JSON object a line.", "json"
    )
    port: Annotated[int, BeforeValidator(forms.port)] = _option(
        "PORT", 0, "Port of the web door: /healthz, /metrics and webhooks. Platforms set it; 0: no web door.", "8080"
    )
    host: Annotated[str, BeforeValidator(forms.host)] = _option(
        "PAPERWIRE_HOST",
        "",
        "Where PORT listens; by default everywhere with PAPERWIRE_PUBLIC_URL, else on 127.0.0.1 alone.",
        "0.0.0.0",  # noqa: S104  because: an example, and for those who ask for it
    )
    public_url: Annotated[str, BeforeValidator(forms.public_base)] = _option(
        "PAPERWIRE_PUBLIC_URL",
        "",
        "https address that leads to PORT: Telegram then brings its updates there (webhook), and isn't polled.",
        "https://wire.example.org",
    )
    telegram_bot_token: Annotated[
        _Token, BeforeValidator(forms.token(r"[0-9]+:[A-Za-z0-9_-]+", "be digits:letters"))
    ] = _option("TELEGRAM_BOT_TOKEN", None, "The Telegram bot's token, from @BotFather.", "123456789:AAE-your-token")
    slack_bot_token: Annotated[_Token, BeforeValidator(forms.token(r"xoxb-[!-~]+", "begin with xoxb-"))] = _option(
        "SLACK_BOT_TOKEN",
        None,
        "The Slack app's bot token; goes with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.",
        "xoxb-your-token",
    )
    slack_app_token: Annotated[_Token, BeforeValidator(forms.token(r"xapp-[!-~]+", "begin with xapp-"))] = _option(
        "SLACK_APP_TOKEN", None, "The Slack app's token for Socket Mode; goes with SLACK_BOT_TOKEN.", "xapp-your-token"
    )
    slack_manage: Annotated[str, BeforeValidator(forms.one_of("members", "admins"))] = _option(
        "SLACK_MANAGE",
        "members",
        "Who may subscribe a Slack channel: its members, or the workspace's admins.",
        "admins",
    )
    slack_signing_secret: Annotated[_Token, BeforeValidator(forms.token(r"[!-~]+", forms.ANY_TOKEN))] = _option(
        "SLACK_SIGNING_SECRET",
        None,
        "Slack's signing secret, in place of SLACK_APP_TOKEN: Slack then brings what happens to /slack/events at PORT.",
        "8f742231b10e",
    )
    github_token: Annotated[_Token, BeforeValidator(forms.token(r"[!-~]+", forms.ANY_TOKEN))] = _option(
        "GITHUB_TOKEN",
        None,
        "A GitHub token without any right: 5,000 look-ups an hour instead of 60.",
        "ghp_your_token",
    )
    hf_token: Annotated[_Token, BeforeValidator(forms.token(r"[!-~]+", forms.ANY_TOKEN))] = _option(
        "HF_TOKEN", None, "A Hugging Face token that may read; raises its limit.", "hf_your_token"
    )
    github_url: _Base = _option(
        "GITHUB_URL", "https://github.com", "GitHub's pages; /trending follows.", "https://github.com"
    )
    github_api_url: _Base = _option(
        "GITHUB_API_URL", "https://api.github.com", "GitHub's REST and GraphQL.", "https://api.github.com"
    )
    huggingface_url: _Base = _option(
        "HUGGINGFACE_URL",
        "https://huggingface.co",
        "Hugging Face; /api/daily_papers follows.",
        "https://huggingface.co",
    )
    paperswithcode_url: _Base = _option(
        "PAPERSWITHCODE_URL",
        "https://paperswithcode.co/api/v1",
        "The revived Papers With Code, asked for papers without code.",
        "https://paperswithcode.co/api/v1",
    )
    archive_url: _Base = _option(
        "PAPERWIRE_ARCHIVE_URL",
        "https://huggingface.co/datasets/pwc-archive",
        "Home of the Papers With Code archive; /files/resolve/main/FILE follows.",
        "https://huggingface.co/datasets/pwc-archive",
    )
    telegram_api_url: _Base = _option(
        "TELEGRAM_API_URL",
        "https://api.telegram.org",
        "Telegram's Bot API; /bot<TOKEN>/method follows.",
        "https://api.telegram.org",
    )
    slack_api_url: Annotated[str, BeforeValidator(forms.base_with_slash)] = _option(
        "SLACK_API_URL", "https://slack.com/api/", "Slack's Web API; the method follows.", "https://slack.com/api/"
    )

    origins: Mapping[str, str] = Field(default={}, repr=False)
    warnings: tuple[str, ...] = Field(default=(), repr=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the library calls with all of these
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # `load` has gathered the rest

    @field_validator("arxiv_interval", mode="after")
    @classmethod
    def _keep_arxivs_pace(cls, seconds: float, info: ValidationInfo) -> float:
        addresses = [info.data.get(name) for name in ("arxiv_rss_url", "arxiv_api_url", "arxiv_oai_url")]
        if seconds < ARXIV_PACE_S and not all(address is None or forms.on_this_host(address) for address in addresses):
            raise ValueError("must be at least 3: arXiv asks for one request per 3 s over all its services")
        return seconds

    @property
    def user_agent(self) -> str:
        """Who we are, for the sources' logs."""
        return f"paperwire/{__version__.rpartition('.')[0]} (+{self.contact or 'self-hosted'})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that is set, for the logs to hide."""
        values = (getattr(self, attribute) for attribute in _table())
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting as shown. A secret's value is "set" or "not set"; `origin` is default, environment, .env or file.

    `default` is as one would type it, and empty where there is none or where it depends on the machine.
    """

    name: str
    value: str
    origin: str
    description: str
    default: str
    example: str


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as found, and where."""

    text: str
    origin: str


def load(environ: Mapping[str, str] | None = None, *, env_file: Path | None = ENV_FILE) -> Settings:
    """The settings from the environment and `env_file` (None: no file). Raises SettingsError that names all faults."""
    faults: dict[str, str] = {}
    found = {name: _Given(text.strip(), ".env") for name, text in env_file_values(env_file, faults).items()}
    variables = os.environ if environ is None else environ
    found |= {name: _Given(text.strip(), "environment") for name, text in variables.items()}
    given = _gather(found, faults)
    faults |= _missing_halves(given, faults)
    texts: dict[str, Any] = {name: value.text for name, value in given.items()}
    try:
        settings = Settings(
            **texts,
            origins={name: value.origin for name, value in given.items()},
            warnings=_misspelt(found),
        )
    except ValidationError as error:
        faults |= {str(fault["loc"][0]): str(fault["ctx"]["error"]) for fault in error.errors(include_url=False)}
    if faults:
        raise SettingsError(_report(faults))
    return settings


def explain(settings: Settings) -> tuple[SettingRow, ...]:
    """Every setting with its value and where that came from, in the table's order."""
    return tuple(_row(settings, attribute, field) for attribute, field in _table().items())


def _table() -> dict[str, FieldInfo]:
    return {attribute: field for attribute, field in Settings.model_fields.items() if field.validation_alias}


def _name(field: FieldInfo) -> str:
    return str(field.validation_alias)


def _is_secret(field: FieldInfo) -> bool:
    return field.default is None and field.default_factory is None


def _row(settings: Settings, attribute: str, field: FieldInfo) -> SettingRow:
    value, name = getattr(settings, attribute), _name(field)
    written = forms.written(value) or ("none" if isinstance(value, tuple) else "not set")
    default = "" if field.default_factory else forms.written(field.default)
    (example,) = field.examples or ("",)
    origin = settings.origins.get(name, "default")
    return SettingRow(name, written, origin, field.description or "", default, example)


def _gather(found: Mapping[str, _Given], faults: dict[str, str]) -> dict[str, _Given]:
    """The values that count, by their settings' names: what is empty is not set, except lists."""
    given: dict[str, _Given] = {}
    for field in _table().values():
        name = _name(field)
        value = _secret(name, found, faults) if _is_secret(field) else found.get(name)
        if value and (value.text or isinstance(field.default, tuple)):
            given[name] = value
    return given


def _secret(name: str, found: Mapping[str, _Given], faults: dict[str, str]) -> _Given | None:
    """A token, from its own setting or from the file that NAME_FILE names."""
    direct, file = found.get(name), found.get(f"{name}_FILE")
    if not file or not file.text:
        return direct
    if direct and direct.text:
        faults[name] = f"is set, and so is {name}_FILE: keep one of the two"
        return None
    try:
        with forms.path(file.text).open(encoding="utf-8") as stream:
            text = stream.read(_TOKEN_FILE_LIMIT).strip()
    except (OSError, ValueError) as error:
        faults[f"{name}_FILE"] = unreadable(error)
        return None
    if not text:
        faults[f"{name}_FILE"] = "names an empty file"
    return _Given(text, "file")


def _missing_halves(given: Mapping[str, _Given], faults: Mapping[str, str]) -> dict[str, str]:
    """Slack needs its bot token and a way in: the app token, or the signing secret with a port.

    One that was given wrongly isn't missing.
    """
    names = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "PORT")
    bot, *ways, port = (name in given or name in faults or f"{name}_FILE" in faults for name in names)
    if any(ways) and not bot:
        return {names[0]: f"is missing: {names[1] if ways[0] else names[2]} is set, and Slack needs both"}
    if bot and not any(ways):
        return {names[1]: f"is missing: {names[0]} is set, and Slack needs both"}
    if bot and not ways[0] and not port:
        return {names[3]: f"is missing: {names[2]} is set, and what Slack brings comes to this port"}
    return {}


def _misspelt(found: Mapping[str, _Given]) -> tuple[str, ...]:
    known = [_name(field) for field in _table().values()]
    unknown = [name for name in found if name.upper().startswith(_OWN) and name not in known]
    return tuple(f"{name} is not a setting{_nearest(name, known)}" for name in sorted(unknown))


def _nearest(name: str, known: list[str]) -> str:
    own = [option.removeprefix(_OWN) for option in known if option.startswith(_OWN)]
    near = get_close_matches(name.upper().removeprefix(_OWN), own, n=1)
    return f": did you mean {_OWN}{near[0]}?" if near else " and is not used."


def _report(faults: Mapping[str, str]) -> str:
    head = "A setting is wrong:" if len(faults) == 1 else f"{len(faults)} settings are wrong:"
    return "\n".join([head, *(f"  {name} {what}.{_example(name)}" for name, what in faults.items())])


def _example(name: str) -> str:
    examples = {_name(field): field.examples for field in _table().values()}
    if name.endswith("_FILE"):
        return f" Example: {name}=/run/secrets/{name.removesuffix('_FILE').lower()}"
    return f" Example: {name}={(examples[name] or [''])[0]}" if name in examples else ""
