"""The time, as the catalogue writes it."""

from datetime import UTC, datetime


def now() -> str:
    """The time as ISO 8601 in UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
