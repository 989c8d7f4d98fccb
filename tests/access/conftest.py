from collections.abc import Iterator

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections

from tests.access.town import town

__all__ = ["town"]


@pytest.fixture(autouse=True)
def _streams_leave_the_connection_alone() -> Iterator[None]:
    """A streamed answer that nobody reads ends its request when it is collected, in the middle of another test."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)
