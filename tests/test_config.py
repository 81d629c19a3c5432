"""The settings: faults are said at once and by name, secrets stay so, values are shown with their origins."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot import config
from bot.errors import SettingsError

SECRETS = {
    "TELEGRAM_BOT_TOKEN": "123456:AAE-telegram-words",
    "SLACK_BOT_TOKEN": "xoxb-bot-words",
    "SLACK_APP_TOKEN": "xapp-app-words",
    "GITHUB_TOKEN": "ghp_github_words",
    "HF_TOKEN": "hf_face_words",
}
LOCAL_ARXIV = {
    "ARXIV_RSS_URL": "http://localhost:8000",
    "ARXIV_API_URL": "http://127.3.2.1:8000/api/query",
    "ARXIV_OAI_URL": "http://[::1]:8000/oai",
}


def settings(**environ: str) -> config.Settings:
    return config.load(environ, env_file=None)


def fault(environ: Mapping[str, str], env_file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        config.load(environ, env_file=env_file)
    return str(caught.value)


def rows(given: config.Settings) -> dict[str, config.SettingRow]:
    return {row.name: row for row in config.explain(given)}


WRONG = [
    ("PAPERWIRE_CONTACT", "me"),
    ("PAPERWIRE_CONTACT", "https://example.org/\r\nX-Forged: 1"),
    ("PAPERWIRE_CONTACT", "https://exämple.org"),
    ("PAPERWIRE_DATA", "~nobody-of-this-name/data"),
    ("PAPERWIRE_ARXIV_CATEGORIES", "cs.LG cs_CL"),
    ("PAPERWIRE_ARXIV_CATEGORIES", "LG"),
    ("PAPERWIRE_FEEDS", "https://example.org/feed example.org"),
    ("PAPERWIRE_FEEDS", "file:///etc/passwd"),
    ("PAPERWIRE_ARXIV_INTERVAL", "2.9"),
    ("PAPERWIRE_ARXIV_INTERVAL", "three"),
    ("PAPERWIRE_ARXIV_INTERVAL", "nan"),
    ("PAPERWIRE_ARXIV_INTERVAL", "-1"),
    ("PAPERWIRE_ARXIV_INTERVAL", "inf"),
    ("PAPERWIRE_TRENDING_LANGUAGES", "python ../login"),
    ("PAPERWIRE_ALLOW_PRIVATE_FEEDS", "perhaps"),
    ("PAPERWIRE_LOG_LEVEL", "loud"),
    ("PAPERWIRE_LOG_FORMAT", "xml"),
    ("PORT", "http"),
    ("PORT", "-1"),
    ("PORT", "65536"),
    ("PORT", "1" * 99),
    ("PAPERWIRE_HOST", "everywhere"),
    ("PAPERWIRE_PUBLIC_URL", "http://wire.example.org"),
    ("PAPERWIRE_PUBLIC_URL", "https://example.org/wire"),
    ("PAPERWIRE_PUBLIC_URL", "https://wire.example.org/?a=b"),
    ("PAPERWIRE_PUBLIC_URL", "https://ada:secret@wire.example.org"),
    ("PAPERWIRE_PUBLIC_URL", "wire.example.org"),
    ("ARXIV_API_URL", "export.arxiv.org"),
    ("ARXIV_OAI_URL", "https://oaipmh.arxiv.org/oai?verb=Identify"),
    ("GITHUB_API_URL", "https://host:99999/"),
    ("HUGGINGFACE_URL", "https://[::1"),
    ("SLACK_API_URL", "ftp://slack.com/api/"),
    ("TELEGRAM_BOT_TOKEN", "AAE-without-number"),
    ("SLACK_BOT_TOKEN", "xoxp-a-person's"),
    ("SLACK_APP_TOKEN", "xoxb-the-other-one"),
    ("GITHUB_TOKEN", "two words"),
    ("HF_TOKEN", "Schlüssel"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=[f"{name}={value!a}" for name, value in WRONG])
def test_a_wrong_value_is_named_with_an_example(name: str, value: str) -> None:
    message = fault({name: value})
    assert re.search(rf"^  {name} .+\. Example: {name}=\S", message, re.MULTILINE)


def test_everything_wrong_is_said_at_once() -> None:
    wrong = dict(WRONG) | {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "xapp-1"}
    message = fault(wrong)
    names = set(re.findall(r"^  ([A-Z_]+) ", message, re.MULTILINE))
    assert names == set(wrong) - {"SLACK_APP_TOKEN"}
    assert message.startswith(f"{len(names)} settings are wrong:")


def test_every_example_is_itself_right() -> None:
    examples = {row.name: row.example for row in config.explain(settings())}
    given = config.load(examples, env_file=None)
    assert all(row.origin == "environment" for row in config.explain(given))


@pytest.mark.parametrize("name", sorted({name for name, _ in WRONG if name.endswith(("_URL", "_TOKEN", "_FEEDS"))}))
def test_no_error_repeats_a_value_that_may_be_secret(name: str) -> None:
    assert "hush" not in fault({name: "https://user:hush@host/ (hush)"})


@pytest.mark.parametrize("name", ["GITHUB_URL", "PAPERWIRE_FEEDS", "PAPERWIRE_CONTACT"])
def test_an_address_with_a_password_is_refused_without_repeating_it(name: str) -> None:
    message = fault({name: "https://user:hush@host/"})
    assert "must hold no user name and no password" in message
    assert "hush" not in message


@pytest.mark.parametrize(
    ("given", "missing"),
    [("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")],
)
def test_one_slack_token_alone_says_which_is_missing(given: str, missing: str) -> None:
    assert f"{missing} is missing: {given} is set" in fault({given: SECRETS[given]})


def test_slacks_signing_secret_stands_in_for_the_app_token_where_there_is_a_port() -> None:
    bot, secret = ("SLACK_BOT_TOKEN", SECRETS["SLACK_BOT_TOKEN"]), ("SLACK_SIGNING_SECRET", "8f742231b10e")
    assert settings(**dict((bot, secret)), PORT="8080").slack_app_token is None
    assert "PORT is missing: SLACK_SIGNING_SECRET is set" in fault(dict((bot, secret)))
    assert "SLACK_BOT_TOKEN is missing: SLACK_SIGNING_SECRET is set" in fault(dict((secret,)))


def test_a_slack_token_that_was_given_wrongly_is_not_called_missing() -> None:
    assert "missing" not in fault({"SLACK_BOT_TOKEN": "oops", "SLACK_APP_TOKEN": "xapp-1"})


def test_arxiv_may_be_asked_faster_only_if_all_of_it_is_on_this_host() -> None:
    assert settings(PAPERWIRE_ARXIV_INTERVAL="0.1", **LOCAL_ARXIV).arxiv_interval == 0.1
    for name in LOCAL_ARXIV:
        away = LOCAL_ARXIV | {name: "http://localhost.example.org/", "PAPERWIRE_ARXIV_INTERVAL": "0.1"}
        assert "at least 3" in fault(away)


def test_a_token_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("ghp_from_a_file\n")
    given = settings(GITHUB_TOKEN_FILE=str(tmp_path / "token"))
    assert given.secrets == ("ghp_from_a_file",)
    assert rows(given)["GITHUB_TOKEN"].origin == "file"


def test_a_token_and_its_file_together_are_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("ghp_from_a_file")
    message = fault({"GITHUB_TOKEN": "ghp_direct", "GITHUB_TOKEN_FILE": str(tmp_path / "token")})
    assert "keep one of the two" in message
    assert "ghp_direct" not in message


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"], ids=["no file", "empty", "not text"])
def test_a_token_file_that_holds_no_token_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    assert re.search(
        r"^  HF_TOKEN_FILE .+ Example: HF_TOKEN_FILE=/run", fault({"HF_TOKEN_FILE": str(path)}), re.MULTILINE
    )


def test_a_token_file_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    assert "HF_TOKEN_FILE can't be read" in fault({"HF_TOKEN_FILE": str(tmp_path)})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('\ufeffexport PAPERWIRE_LOG_LEVEL="debug"\nPAPERWIRE_CONTACT=me@example.org  # me\n')
    given = config.load({"PAPERWIRE_LOG_LEVEL": "error"}, env_file=tmp_path / ".env")
    assert (given.log_level, given.contact) == ("ERROR", "me@example.org")
    assert rows(given)["PAPERWIRE_LOG_LEVEL"].origin == "environment"
    assert rows(given)["PAPERWIRE_CONTACT"].origin == ".env"
    assert rows(given)["PAPERWIRE_DATA"].origin == "default"


def test_nothing_is_filled_into_a_token(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HOME_OF=x\nHF_TOKEN=hf_$HOME_OF${HOME_OF}\n")
    assert config.load({}, env_file=tmp_path / ".env").secrets == ("hf_$HOME_OF${HOME_OF}",)


def test_a_line_that_is_no_setting_is_named_by_its_number_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAPERWIRE_LOG_LEVEL=INFO\nhf_token_pasted_alone\n")
    message = fault({}, tmp_path / ".env")
    assert ".env, line 2 must be NAME=value" in message
    assert "pasted" not in message


def test_a_file_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    assert ".env can't be read" in fault({}, tmp_path / ".env")


def test_lists_take_commas_or_spaces_and_empty_means_none() -> None:
    given = settings(PAPERWIRE_ARXIV_CATEGORIES=" cs.LG,stat.ML  math, astro-ph.CO cs.LG", PAPERWIRE_FEEDS="")
    assert given.arxiv_categories == ("cs.LG", "stat.ML", "math", "astro-ph.CO")
    assert given.feeds == ()
    assert rows(given)["PAPERWIRE_FEEDS"].value == "none"


def test_what_is_empty_and_no_list_is_not_set() -> None:
    given = settings(**{row.name: "" for row in config.explain(settings()) if not row.name.endswith(("FEEDS", "S"))})
    assert not given.secrets
    assert (given.arxiv_interval, given.log_level) == (3, "INFO")


def test_base_addresses_end_without_a_slash_except_slacks() -> None:
    given = settings(GITHUB_URL="http://localhost:1/", SLACK_API_URL="http://localhost:1/api")
    assert (given.github_url, given.slack_api_url) == ("http://localhost:1", "http://localhost:1/api/")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://wire.example.org/", "https://wire.example.org"),
        ("https://wire.example.org:8443", "https://wire.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
    ],
)
def test_a_public_address_is_https_or_this_very_host(given: str, kept: str) -> None:
    assert settings(PAPERWIRE_PUBLIC_URL=given).public_url == kept


def test_a_feeds_address_stays_as_written() -> None:
    assert settings(PAPERWIRE_FEEDS="https://example.org/feed/?a=b").feeds == ("https://example.org/feed/?a=b",)


def test_a_misspelt_name_of_ours_is_a_warning_with_the_nearest_one() -> None:
    given = settings(PAPERWIRE_CATEGORY="cs.LG", PAPERWIRE_FEED="x", paperwire_data="x", PAPERWIRE_ZZZ="1")
    assert given.warnings == (
        "PAPERWIRE_CATEGORY is not a setting and is not used.",
        "PAPERWIRE_FEED is not a setting: did you mean PAPERWIRE_FEEDS?",
        "PAPERWIRE_ZZZ is not a setting and is not used.",
        "paperwire_data is not a setting: did you mean PAPERWIRE_DATA?",
    )


def test_names_of_others_are_none_of_our_business() -> None:
    assert settings(OPENAI_API_KEY="x", TELEGRAM_API_ID="x", PATH="/bin").warnings == ()


def test_secrets_are_shown_nowhere() -> None:
    given = settings(**SECRETS)
    shown = repr(given) + str(given) + repr(config.explain(given)) + repr(given.model_dump())
    assert not [secret for secret in SECRETS.values() if secret in shown]
    assert set(given.secrets) == set(SECRETS.values())
    assert rows(given)["HF_TOKEN"].value == "set"


def test_the_contact_stands_in_the_user_agent() -> None:
    assert settings().user_agent == "paperwire/0.1 (+self-hosted)"
    assert settings(PAPERWIRE_CONTACT="me@example.org").user_agent == "paperwire/0.1 (+me@example.org)"


def test_every_default_would_be_accepted_if_it_were_typed() -> None:
    typed = {row.name: row.default for row in config.explain(settings())}
    given = config.load(typed, env_file=None)
    assert [row.value for row in config.explain(given)] == [row.value for row in config.explain(settings())]


def test_the_example_file_and_the_table_agree() -> None:
    text = Path(__file__).parents[1].joinpath(".env.example").read_text(encoding="utf-8")
    examples = re.findall(r"^#([A-Z_]+)=(.*?)(?:  # such as (.+))?$", text, re.MULTILINE)
    table = config.explain(settings())
    assert examples == [(row.name, row.default, "" if row.default else row.example) for row in table]
    words = " ".join(text.replace("\n#", " ").split())
    assert [row.name for row in table if row.description not in words] == []
