"""What the log keeps of a refusal: one line. Where in the code it was noticed says nothing, and would bury real faults."""

import logging

from django.core.exceptions import PermissionDenied


class OneLine(logging.Filter):
    """Drops the traceback of a refusal and keeps its line; all else stays whole. For `django.request`."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
