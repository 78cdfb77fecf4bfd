"""Logs: one JSON object a line on standard error, times in UTC, with customer and stage, without personal data.

structlog, the standard library's loggers and the SDK's all come out alike. What workflow code logs while its history is
replayed is dropped, for it was logged when it happened.
"""

import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from lifecycle.domain.errors import Mistake
from runtime.process.log_context import add_context
from runtime.process.redaction import redact

LEVEL_VARIABLE = "EVERGREEN_LOG_LEVEL"
_LEVELS = ("debug", "info", "warning", "error", "critical")


class UnknownLevel(Mistake, ValueError):
    """EVERGREEN_LOG_LEVEL names no level; the message is one sentence."""


def configure(stream: IO[str] | None = None) -> None:
    """Log to `stream` (standard error) from the level that EVERGREEN_LOG_LEVEL names (info) on; for the start of a process.

    It is to come before the first connection: the SDK's own log is set up with it. Raises UnknownLevel.
    """
    level = _level()
    shared: list[Processor] = [
        _drop_replayed,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.format_exc_info,
        structlog.processors.StackInfoRenderer(),
        _unpack_sdk_fields,
        add_context,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[_add_time, structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, structlog.processors.JSONRenderer()],
        )
    )
    handler.addFilter(_not_replayed)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in (
        "httpx",
        "httpcore",
        "asyncio",
        "markdown_it",
        "alembic.runtime.plugins",
    ):  # they log URLs, which may hold keys, and chatter
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    workflow.logger.workflow_info_on_message = workflow.logger.workflow_info_on_extra = False
    activity.logger.activity_info_on_message = activity.logger.activity_info_on_extra = False
    forwarding = LogForwardingConfig(logger=logging.getLogger("temporalio"), append_log_fields_to_message=False)
    core = LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=core)), error_if_already_set=False)


def _level() -> int:
    name = (os.environ.get(LEVEL_VARIABLE) or "info").strip().lower()
    if name not in _LEVELS:
        raise UnknownLevel(f"{LEVEL_VARIABLE} '{name}' is no level: write one of {', '.join(_LEVELS)}.")
    return logging.getLevelNamesMapping()[name.upper()]


def _replaying() -> bool:
    return workflow.in_workflow() and workflow.unsafe.is_replaying_history_events()


def _drop_replayed(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if _replaying():
        raise structlog.DropEvent
    return event


def _not_replayed(record: logging.LogRecord) -> bool:
    """The same for the standard library's loggers, whose records a processor cannot drop."""
    return not _replaying()


def _add_time(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The record's own time: forwarded records come a little late."""
    record: logging.LogRecord = event["_record"]
    return {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), **event}


def _unpack_sdk_fields(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The SDK's own records: their fields as fields, and the workflow under its one name."""
    event.pop("__temporal_error_identifier", None)
    core = event.pop("temporal_log", None)
    if core is not None and core.fields:
        event["details"] = dict(core.fields)
    for doing in ("temporal_workflow", "temporal_activity"):
        named = event.pop(doing, None)
        if isinstance(named, Mapping) and "workflow_id" in named:
            event.setdefault("workflow", named["workflow_id"])
    return event
