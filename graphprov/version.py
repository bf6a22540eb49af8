"""graphprov's own version, as installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("graphprov")
except PackageNotFoundError:  # run from a folder that was never installed
    VERSION = "0+unknown"
