"""graphprov's own version; the package takes it from here."""

VERSION = "0.1.0"
