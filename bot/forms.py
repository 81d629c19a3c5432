"""How a setting's text becomes its value. Each form returns the value, or raises ValueError that says what it must be.

No error repeats an address or a token: either may hold a secret.
"""

import ipaddress
import math
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

ANY_TOKEN = "be letters, digits and signs without spaces"  # noqa: S105  a sentence, not a password
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)*))?")
_LANGUAGE = re.compile(r"[a-z0-9][a-z0-9+#.'-]*")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def path(text: str) -> Path:
    """A file or folder, absolute; ~ is the user's home."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError("must be a path; its ~ names nobody's home folder") from error


def contact(text: str) -> str:
    """A mail address or a web page; ASCII, because it stands in a header."""
    if not _MAIL.fullmatch(text):
        _address(text if text.isascii() else "", "a mail address or an address")
    return text


def _address(text: str, what: str = "an address") -> str:
    """The text, if it is an address to fetch from. It isn't repeated in the error: an address may hold a password."""
    try:
        url = urlsplit(text)
        complete = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        complete = False
    if not complete or not text.isprintable() or re.search(r"\s", text):
        raise ValueError(f"must be {what} that begins with https:// or http://")
    if url.username is not None or url.password is not None:
        raise ValueError("must hold no user name and no password")
    return text


def base(text: str) -> str:
    """A base address, without the slash at its end."""
    if re.search(r"[?#]", _address(text)):
        raise ValueError("must hold no ? and no #: paths are put behind it")
    return text.rstrip("/")


def base_with_slash(text: str) -> str:
    return base(text) + "/"


def _items(text: str) -> tuple[str, ...]:
    """The items of a list, separated by commas or spaces, each once."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[\s,]+", text))))


def categories(text: str) -> tuple[str, ...]:
    return _all_like(_CATEGORY, _items(text), "an arXiv category")


def languages(text: str) -> tuple[str, ...]:
    return _all_like(_LANGUAGE, _items(text.lower()), "a language as GitHub's trending addresses write it")


def _all_like(form: re.Pattern[str], items: tuple[str, ...], what: str) -> tuple[str, ...]:
    if wrong := [item for item in items if not form.fullmatch(item)]:
        raise ValueError(f"{', '.join(ascii(item[:40]) for item in wrong[:5])} is not {what}")
    return items


def addresses(text: str) -> tuple[str, ...]:
    items = _items(text)
    for number, item in enumerate(items, start=1):
        _address(item, f"a list of addresses, and number {number} isn't one")
    return items


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 3600:
        raise ValueError("must be a number of seconds, at most 3600")
    return number


def whole_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= 5000):
        raise ValueError("must be a whole number, at most 5000")
    return int(text)


def port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:6]) <= 65535):
        raise ValueError("must be a port: a whole number, at most 65535")
    return int(text)


def host(text: str) -> str:
    """An address of this machine, to listen on."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("must be an IP address of this machine, or 0.0.0.0 for all of them") from None


def public_base(text: str) -> str:
    """The address of our own web door, as others see it; what lies below it is ours to name."""
    url = urlsplit(base(text))
    if url.path:
        raise ValueError("must have no path: give paperwire a host of its own")
    if url.scheme != "https" and not on_this_host(text):
        raise ValueError("must begin with https:// (http:// will do on this host alone)")
    return text.rstrip("/")


def switch(text: str) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError("must be 1 (on) or 0 (off)")
    return text.lower() in _YES


def one_of(*names: str) -> Callable[[str], str]:
    known = {name.lower(): name for name in names}

    def choose(text: str) -> str:
        if text.lower() not in known:
            raise ValueError(f"must be one of {', '.join(names)}")
        return known[text.lower()]

    return choose


def token(form: str, what: str) -> Callable[[str], SecretStr]:
    def check(text: str) -> SecretStr:
        if not re.fullmatch(form, text):
            raise ValueError(f"must {what}")
        return SecretStr(text)

    return check


def written(value: object) -> str:
    """A value as one would type it; a secret's only says that it is set."""
    match value:
        case None:
            return ""
        case SecretStr():
            return "set"
        case bool():
            return "1" if value else "0"
        case float():
            return f"{value:g}"
        case tuple():
            return " ".join(value)
        case _:
            return str(value)


def on_this_host(address: str) -> bool:
    """Whether an address names this very host: localhost, 127.0.0.0/8 or ::1."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
