"""The clock that leases and waiting times are measured by: the database's, one for all machines.

A web node whose clock is two days ahead must neither take over what others are working on, nor leave messages that
nobody touches for two days.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, Value
from django.db.models.functions import Now
from django.utils import timezone


def moment(after: timedelta = timedelta()) -> Any:
    """Return the moment `after` from now as what a filter, an update or a new row takes.

    SQLite has no clock but this machine's; the tests travel in time, and have none but Python's either.
    """
    if connection.vendor == "sqlite" or not settings.DATABASE_CLOCK:
        return timezone.now() + after
    if not after:
        return Now()
    return ExpressionWrapper(Now() + Value(after, DurationField()), output_field=DateTimeField())
