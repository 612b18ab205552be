"""What a log never tells: addresses that are keys."""

import logging
import re
from typing import Any

_KEYS = re.compile(r"(/(?:answer|snap/track|orders/track|teams/i)/)(?!open/|thanks/)[^/\s\"']+")


class HideKeys(logging.Filter):
    """Of the page of a personal code or a tracking page a log names the page, not which one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(each) for each in record.args)
        return True


def _hidden(said: Any) -> Any:
    return _KEYS.sub(r"\1…", said) if isinstance(said, str) else said
