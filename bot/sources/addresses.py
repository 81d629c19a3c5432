"""Connecting to public addresses only, and in time.

The check stands where the connection is made: the name is resolved once, each address it has is judged, and the socket
is opened to an address that passed, so that no second look-up can answer differently (DNS rebinding). TLS still checks
the certificate against the name. Each redirect comes through here again, as each is a connection of its own.
"""

import io
import socket
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import allowed_gai_family, create_connection

from bot.errors import FetchError, Refused

# What older Pythons of the supported ones take for global: carrier NAT, protocol assignments, 6to4 relays.
_NOT_PUBLIC_4 = tuple(IPv4Network(n) for n in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24"))
_UNICAST_6 = IPv6Network("2000::/3")
_DOCUMENTATION_6 = IPv6Network("3fff::/20")
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether this IP address belongs to the public internet, looking through IPv4-mapped, NAT64 and 6to4 forms.

    Teredo and local-use NAT64 (64:ff9b:1::/48) are never public: the first is dead, the second leads inside by design.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        return _is_public_6(ip) if inner is None else _is_public_4(inner)
    return _is_public_4(ip)


def _inner(ip: IPv6Address) -> IPv4Address | None:
    return ip.ipv4_mapped or ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)


def _is_public_4(ip: IPv4Address) -> bool:
    closed = ip.is_multicast or ip.is_reserved or ip.is_unspecified or any(ip in net for net in _NOT_PUBLIC_4)
    return ip.is_global and not closed


def _is_public_6(ip: IPv6Address) -> bool:
    return ip in _UNICAST_6 and ip.is_global and ip.teredo is None and ip not in _DOCUMENTATION_6


def resolve(host: str, port: int | None, *, public_only: bool) -> list[str]:
    """The IP addresses of a host, in the system's order. Raises FetchError (no such name), Refused (none public)."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, allowed_gai_family(), socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError("the host name can't be resolved") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = [a for a in addresses if is_public(a)] if public_only else addresses
    if not allowed:
        raise Refused("a private address: only public ones are read")
    return allowed


class _InTime(io.RawIOBase):
    """A socket's bytes, all of which must come by one deadline: a server that feeds a drop at a time gets no more."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock, self._raw = sock, raw
        self._deadline = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        super().close()
        self._raw.close()


class _Response(HTTPResponse):
    """http.client's answer, read by a deadline; urllib3 sets the socket's time-out to what is left just before."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_InTime(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _Response
    public_only = False

    def _new_conn(self) -> socket.socket:
        # The system's resolver can't be given a time-out; what it uses is taken from the connecting.
        timeout = float(self.timeout or 30.0)
        deadline = time.monotonic() + timeout
        reason = f"no connection within {timeout:.0f} s"
        for address, left in _while_time(resolve(self._dns_host, self.port, public_only=self.public_only), deadline):
            try:
                return create_connection((address, self.port), left, socket_options=self.socket_options)
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                reason = "connection refused"
            except OSError as error:
                reason = f"no connection: {error.strerror or 'the network failed'}"
        raise FetchError(reason)


def _while_time(addresses: list[str], deadline: float) -> Iterator[tuple[str, float]]:
    for address in addresses:
        if (left := deadline - time.monotonic()) > 0:
            yield address, left


class _ConnectionTLS(_Connection, HTTPSConnection):
    """The same under TLS."""


class _Guarded(_Connection):
    public_only = True


class _GuardedTLS(_Guarded, HTTPSConnection):
    """The same under TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _ConnectionTLS


class _GuardedPool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _GuardedPoolTLS(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLS


class Adapter(HTTPAdapter):
    """Connections for requests: to anywhere, or to public addresses only. Each has its own pool, so none is shared."""

    def __init__(self, *, public_only: bool) -> None:
        self._public_only = public_only
        super().__init__(pool_connections=32, pool_maxsize=4)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        if self._public_only:
            self.poolmanager.pool_classes_by_scheme = {"http": _GuardedPool, "https": _GuardedPoolTLS}
        else:
            self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        # The connection goes to the operator's own proxy, which may well be private: only the deadline is ours.
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}
        return manager
