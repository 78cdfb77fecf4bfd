"""Registering search attributes on whatever Temporal one is pointed at."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from runtime.temporal.errors import SearchAttributesRefused

_LONGEST = timedelta(seconds=30)
_KNOWN_EVERYWHERE = 2.5
"""Seconds after which every part of the server knows of what one of them lists: each looks every two."""


async def register(client: Client, keys: Sequence[SearchAttributeKey[Any]]) -> list[str]:
    """Register what of `keys` the client's namespace does not know yet, wait until all of the server knows it, and return its names.

    Raises SearchAttributesRefused when a name is registered with another type, when the server allows it only elsewhere
    (Temporal Cloud: in its console or with tcld), or when it is not listed after 30 seconds.
    """
    known = await registered(client)
    for key in keys:
        if known.get(key.name, _type_of(key)) != _type_of(key):
            raise SearchAttributesRefused(
                f"The search attribute {key.name} of namespace '{client.namespace}' is a {_word(known[key.name])} and has to be a "
                f"{word_of(key)}: remove it there, or use another namespace."
            )
    missing = {key.name: _type_of(key) for key in keys if key.name not in known}
    if not missing:
        return []
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:  # somebody else registered them meanwhile
            raise SearchAttributesRefused(
                f"Namespace '{client.namespace}' did not take the search attributes {', '.join(missing)}: {error.message}; "
                "on Temporal Cloud they are added in its console."
            ) from error
    try:
        async with asyncio.timeout(_LONGEST.total_seconds()):
            while not missing.keys() <= (await registered(client)).keys():
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise SearchAttributesRefused(
            f"Namespace '{client.namespace}' took the search attributes {', '.join(missing)} and does not list them after "
            f"{_LONGEST.total_seconds():.0f} s: run this again."
        ) from error
    await asyncio.sleep(_KNOWN_EVERYWHERE)
    return list(missing)


async def registered(client: Client) -> dict[str, IndexedValueType.ValueType]:
    """The custom search attributes of the client's namespace and their types."""
    try:
        answer = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
    except RPCError as error:
        raise SearchAttributesRefused(
            f"The search attributes of namespace '{client.namespace}' cannot be read: {error.message}."
        ) from error
    return dict(answer.custom_attributes)


def _type_of(key: SearchAttributeKey[Any]) -> IndexedValueType.ValueType:
    return IndexedValueType.ValueType(int(key.indexed_value_type))


def word_of(key: SearchAttributeKey[Any]) -> str:
    """The key's type as commands and messages call it, such as Keyword."""
    return _word(_type_of(key))


def _word(type_: IndexedValueType.ValueType) -> str:
    return IndexedValueType.Name(type_).removeprefix("INDEXED_VALUE_TYPE_").capitalize()
