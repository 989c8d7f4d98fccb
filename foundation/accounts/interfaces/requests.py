"""What a view knows of its request once the route has asked for a right."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from foundation.accounts.models import User


class MemberRequest(HttpRequest):
    """The request of somebody who is signed in: `permit` has turned everybody else away."""

    user: User
    htmx: HtmxDetails
