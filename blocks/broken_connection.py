"""What went wrong with a connection, in a person's words."""

_SAID = {
    "nobody answers there": ("ConnectError", "ConnectionError", "ConnectionRefusedError"),
    "no connection in time": ("ConnectTimeout", "PoolTimeout"),
    "no answer in time": ("ReadTimeout", "Timeout", "TimeoutError"),
    "the connection broke off": (
        "ReadError",
        "WriteError",
        "WriteTimeout",
        "CloseError",
        "RemoteProtocolError",
        "ChunkedEncodingError",
        "ConnectionResetError",
        "BrokenPipeError",
    ),
    "its certificate is not accepted": ("SSLError", "SSLCertVerificationError"),
    "the proxy does not let it through": ("ProxyError",),
    "it sends the caller elsewhere too often": ("TooManyRedirects",),
    "that is no address of a web service": ("UnsupportedProtocol",),
    "the question cannot be sent": ("LocalProtocolError",),
    "the answer cannot be unpacked": ("DecodingError", "ContentDecodingError"),
}
_BY_NAME = {name: said for said, names in _SAID.items() for name in names}


def problem_of(error: BaseException) -> str:
    """What an error of httpx, requests or the socket below them means; another one's own name."""
    name = type(error).__name__
    return _BY_NAME.get(name, name)
