"""What may happen to a customer, and what is known of it: a file a subject.

`events.py` has the common form of events; importing any part of the package catalogues the event types of every subject.
"""

import lifecycle.facts.facts as facts

__all__ = ["facts"]
