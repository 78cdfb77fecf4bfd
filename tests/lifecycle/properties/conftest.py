"""How hard the properties are tried: `EVERGREEN_HYPOTHESIS=thorough` looks for long at other lives each time."""

import os

from hypothesis import HealthCheck, Phase, settings

# Without `explain`, which traces every line.
PHASES = [Phase.explicit, Phase.generate, Phase.target, Phase.shrink]
LENIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]

settings.register_profile(
    "default", max_examples=25, phases=PHASES, deadline=None, derandomize=True, database=None, suppress_health_check=LENIENT
)
settings.register_profile("thorough", max_examples=400, phases=PHASES, deadline=None, database=None, suppress_health_check=LENIENT)
settings.load_profile(os.environ.get("EVERGREEN_HYPOTHESIS", "default"))
