"""No stranger's address leads inside."""

import subprocess
from pathlib import Path
from shutil import which
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest

from bot.errors import FetchError, Refused
from bot.sources.addresses import is_public
from tests.sources.clients import a_web, redirect
from tests.sources.server import Server

PUBLIC = [
    "8.8.8.8",
    "198.51.99.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]
NOT_PUBLIC = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "100::1", "2001:db8::1", "3fff::1"),
    *("fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1"),
    *("64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::808:808", "2002:a00:1::1", "2002:7f00:1::", "2002:c0a8:1::"),
    *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:808:808::f5ff:fffe", "", "localhost", "8.8.8"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_anything_else_is_not(address: str) -> None:
    assert not is_public(address)


PRIVATE_FORMS = [
    "127.0.0.1",
    "localhost",
    "LOCALHOST.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0.0.0.0",
    "[::1]",
    "[::ffff:127.0.0.1]",
]


@pytest.mark.parametrize("host", PRIVATE_FORMS)
def test_a_private_address_in_any_writing_is_refused_before_a_byte_is_sent(server: Server, host: str) -> None:
    server.route("/x", body="secret")
    with pytest.raises(FetchError) as failed:
        a_web(allow_private=False).get(server.url("/x", host=host))
    assert isinstance(failed.value, Refused) or "resolved" in str(failed.value)  # not every system has IPv6
    assert server.asked == []


def test_an_address_from_the_settings_may_be_private(server: Server) -> None:
    server.route("/x", redirect(302, "/y")).route("/y", body="hello")
    assert a_web(allow_private=False).get(server.url("/x"), trusted=True).body == b"hello"


def test_a_trusted_address_cannot_lead_to_another_private_one(server: Server) -> None:
    with Server() as other:
        other.route("/x", body="secret")
        server.route("/x", redirect(302, other.url("/x")))
        with pytest.raises(Refused, match="private"):
            a_web(allow_private=False).get(server.url("/x"), trusted=True)
        assert other.asked == []


def test_an_open_connection_to_a_trusted_host_helps_no_stranger(server: Server) -> None:
    server.route("/x", body="hello")
    web = a_web(allow_private=False)
    web.get(server.url("/x"), trusted=True)
    with pytest.raises(Refused):
        web.get(server.url("/x"))
    assert len(server.asked) == 1


def test_a_trusted_request_goes_through_the_proxy_of_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.route("/x", body="hello")
    monkeypatch.setenv("http_proxy", server.url())
    monkeypatch.setenv("no_proxy", "")
    assert a_web(allow_private=False).get("http://intern.example/x", trusted=True).body == b"hello"
    assert server.asked[0].headers["Host"] == "intern.example"


def test_a_proxy_is_not_asked_for_a_private_address(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url())
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(Refused):
        a_web(allow_private=False).get("http://10.0.0.8/x")
    assert server.asked == []


@pytest.mark.skipif(which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_must_be_trusted_and_name_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = tmp_path / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=here"
    command += f" -addext subjectAltName=DNS:localhost -keyout {pem}.key -out {pem}"
    subprocess.run(command.split(), check=True, capture_output=True)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, f"{pem}.key")
    with Server(tls=context) as secure:
        secure.route("/x", body="hello")
        url = secure.url("/x", host="localhost")
        with pytest.raises(FetchError, match="certificate"):
            a_web().get(url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        with pytest.raises(FetchError, match="certificate"):
            a_web().get(secure.url("/x", host="127.0.0.1"))
        assert a_web().get(url).body == b"hello"
