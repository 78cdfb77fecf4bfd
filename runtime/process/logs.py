"""Logs: one JSON object a line on standard error, times in UTC, with customer and stage, without personal data.

structlog, the standard library's loggers and the SDK's all come out alike. What workflow code logs while its history is
replayed is dropped, for it was logged when it happened.
"""

import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import IO, Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.common import SearchAttributeKey
from temporalio.converter import PayloadConverter
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from lifecycle.domain.errors import Mistake
from lifecycle.domain.touch import Touch

LEVEL_VARIABLE = "EVERGREEN_LOG_LEVEL"
_LEVELS = ("debug", "info", "warning", "error", "critical")
_STAGE = SearchAttributeKey.for_keyword("Stage")
_STAGE_HEADER = "evergreen-stage"
_CUSTOMER = "customer/"

_MAIL_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_INPUT_SHOWN = re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL)  # pydantic shows what it refused
_URL_LOGIN = re.compile(r"(?<=://)[^/\s@]+@")
_SECRET_NAME = re.compile(r"password|passwd|secret|token|api_?key|authorization", re.IGNORECASE)


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
        _say_what_the_sdk_says,
        _say_whose,
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
            processors=[_stamp, structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, structlog.processors.JSONRenderer()],
        )
    )
    handler.addFilter(_not_replayed)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("httpx", "httpcore", "asyncio", "markdown_it"):  # they log URLs, which may hold keys, and chatter
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    workflow.logger.workflow_info_on_message = workflow.logger.workflow_info_on_extra = False
    activity.logger.activity_info_on_message = activity.logger.activity_info_on_extra = False
    forwarding = LogForwardingConfig(logger=logging.getLogger("temporalio"), append_log_fields_to_message=False)
    core = LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=core)), error_if_already_set=False)


class LogContext(Interceptor):
    """A worker's interceptor: all that an activity logs carries its customer, stage and touch."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Bind around each attempt."""
        return _BindTouch(next)

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """Send the stage along with each activity: nothing else tells an activity."""
        return _SendStageInbound


class _BindTouch(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        named: dict[str, str] = {}
        if (stage := input.headers.get(_STAGE_HEADER)) is not None:
            named["stage"] = PayloadConverter.default.from_payload(stage, str)
        if touch := next((value for value in input.args if isinstance(value, Touch)), None):
            named |= {"customer": touch.customer, "touch": touch.key}
        with structlog.contextvars.bound_contextvars(**named):
            return await super().execute_activity(input)


class _SendStageInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_SendStageOutbound(outbound))


class _SendStageOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        if (stage := workflow.info().typed_search_attributes.get(_STAGE)) is not None:
            input.headers = {**input.headers, _STAGE_HEADER: PayloadConverter.default.to_payload(stage)}
        return super().start_activity(input)


def redact(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> EventDict:
    """Take mail addresses, logins in URLs and whatever is named a secret out of every value, however deep."""
    return {name: _redacted(value, name) for name, value in event.items()}


def _redacted(value: Any, name: str = "") -> Any:
    if name and _SECRET_NAME.search(name) and value not in (None, ""):
        return "[secret]"
    if isinstance(value, dict):
        return {_redacted(str(key)): _redacted(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = _INPUT_SHOWN.sub("input_value=[hidden]", str(value))
    return _MAIL_ADDRESS.sub("[address]", _URL_LOGIN.sub("[login]@", text))


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


def _stamp(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The record's own time: forwarded records come a little late."""
    record: logging.LogRecord = event["_record"]
    return {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), **event}


def _say_what_the_sdk_says(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
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


def _say_whose(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the workflow and its customer and stage, and the activity and its attempt; what the caller bound goes before."""
    if workflow.in_workflow():
        running = workflow.info()
        workflow_id = running.workflow_id
        if (stage := running.typed_search_attributes.get(_STAGE)) is not None:
            event.setdefault("stage", stage)
    elif activity.in_activity():
        doing = activity.info()
        event.setdefault("activity", doing.activity_type)
        event.setdefault("attempt", doing.attempt)
        workflow_id = doing.workflow_id or ""
    else:
        return event
    event.setdefault("workflow", workflow_id)
    if workflow_id.startswith(_CUSTOMER):
        event.setdefault("customer", workflow_id.removeprefix(_CUSTOMER))
    return event
