"""Property tests: a modest number of examples, each as long as the machine needs."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "graphprov",
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("graphprov")
