"""What the commands stand on: the embedded server, the connection, time travel, logs, and how a process ends."""

import gc

gc.set_threshold(50_000)
"""Objects made and still there after which the newest are looked through. With Python's own 700 a sixth of each process's start went into looking
through modules that are being loaded."""
