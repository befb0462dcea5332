"""How hard the generated tests search: quick on a desk, harder in CI (HYPOTHESIS_PROFILE)."""

import os

from hypothesis import HealthCheck, settings

_SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile(
    "quick", max_examples=60, deadline=None, suppress_health_check=_SLOW_TO_DRAW
)
settings.register_profile(
    "ci", max_examples=150, deadline=None, derandomize=True, suppress_health_check=_SLOW_TO_DRAW
)
settings.register_profile(
    "deep", max_examples=3000, deadline=None, suppress_health_check=_SLOW_TO_DRAW
)
_DEFAULT = "ci" if os.environ.get("CI") else "quick"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", _DEFAULT))
