"""Every text from outside, in the logs: a line is one JSON object, and holds no character that a terminal obeys, decoded or not."""

import json
import os
import subprocess
import sys
from pathlib import Path

from runtime.process.redaction import redact
from tests.hostile_texts import HOSTILE, unprintable

ROOT = Path(__file__).parents[3]

PROGRAM = """
import logging, structlog
from runtime.process import logs
from tests.hostile_texts import HOSTILE
logs.configure()
for text in HOSTILE.values():
    structlog.get_logger('ours').info(text, customer=text, known={text: [text]})
    logging.getLogger('theirs').warning('%s', text, extra={'who': text})
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger('ours').exception('failed')
"""


def test_a_log_line_is_one_line_of_printable_text() -> None:
    environment = os.environ | {"EVERGREEN_LOG_LEVEL": "info"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, cwd=ROOT, env=environment, timeout=60, check=False)
    lines = done.stderr.decode("ascii").splitlines()
    assert len(lines) == 3 * len(HOSTILE)
    for line in lines:
        assert not unprintable(line, but="")
        for name, value in json.loads(line).items():
            shown = value if isinstance(value, str) else str(value)
            assert not unprintable(shown, but="\n" if name == "exception" else "")


def test_redaction_leaves_no_character_that_a_terminal_obeys() -> None:
    for text in HOSTILE.values():
        kept = redact(None, "info", {"event": text, text: {text: [text]}, "exception": text, "stack": text})
        assert not unprintable(json.dumps(kept, ensure_ascii=False))
        assert not unprintable("".join(str(name) for name in kept), but="")
        assert not unprintable(str(kept["event"]), but="")
