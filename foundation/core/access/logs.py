"""What the log keeps of a refusal or an outage: one line. Where in the code it was noticed would bury real faults."""

import logging

from django.core.exceptions import PermissionDenied

from foundation.core.outage import is_outage


class OneLine(logging.Filter):
    """Drops the traceback of a refusal or an outage and keeps its line; all else stays whole. For `django.request`."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, PermissionDenied):
            record.exc_info = None
        elif is_outage(error):
            record.msg = f"{record.msg} ({type(error).__name__})"
            record.exc_info = None
        return True
