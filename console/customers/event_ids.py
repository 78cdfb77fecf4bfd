"""The ids of events that are told at this terminal without one."""

import hashlib
import json


def made_id(customer: str, type_name: str, data: dict[str, object], moment: str) -> str:
    """An id made of what is said, so that a retry says nothing new."""
    said = json.dumps([customer, type_name, data, moment], sort_keys=True)
    return f"cli-{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}"
