"""How values become payloads: as JSON, by pydantic, as the SDK's own converter does it; with one set of readers for a process.

The SDK makes a converter for each workflow and two for each of its tasks. Those of `temporalio.contrib.pydantic` know no type
when they are made: to make them, and have each read every type's schema anew, took a tenth of a worker's time.
"""

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter

_READERS = PydanticPayloadConverter().converters


class SharedPayloadConverter(CompositePayloadConverter):
    """`PydanticPayloadConverter`, whose parts all instances have in common: they keep nothing but what they know of types."""

    def __init__(self) -> None:
        """Without arguments, as the SDK makes it."""
        self.converters = _READERS


data_converter = DataConverter(payload_converter_class=SharedPayloadConverter)
"""For every `Client.connect`."""
