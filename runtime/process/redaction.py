"""Takes personal data, secrets and control characters out of what is logged."""

import re
from collections.abc import MutableMapping
from typing import Any

from structlog.typing import EventDict, WrappedLogger

from lifecycle.domain.texts.text import printable, printable_lines

_MAIL_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_INPUT_SHOWN = re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL)  # pydantic shows what it refused
_URL_LOGIN = re.compile(r"(?<=://)[^/\s@]+@")
_OF_SEVERAL_LINES = ("exception", "stack")
_SECRET_NAME = re.compile(r"password|passwd|secret|token|api_?key|authorization", re.IGNORECASE)


def redact(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> EventDict:
    """Take mail addresses, logins in URLs and whatever is named a secret out of every value, however deep.

    Control characters become spaces, for whoever reads a log decoded; only a traceback keeps its line feeds.
    """
    return {printable(name): _redacted(value, name) for name, value in event.items()}


def _redacted(value: Any, name: str = "") -> Any:
    if name and _SECRET_NAME.search(name) and value not in (None, ""):
        return "[secret]"
    if isinstance(value, dict):
        return {_redacted(str(key)): _redacted(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    shown = printable_lines(str(value)) if name in _OF_SEVERAL_LINES else printable(str(value))
    text = _INPUT_SHOWN.sub("input_value=[hidden]", shown)
    return _MAIL_ADDRESS.sub("[address]", _URL_LOGIN.sub("[login]@", text))
