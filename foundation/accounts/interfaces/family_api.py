"""Family proxies over the API: asking, agreeing and ending (U2, U5). Acting for somebody comes with its first act."""

from typing import Any, Literal

from django.http import Http404
from ninja import Schema
from pydantic import Field

from foundation.accounts.domain import family
from foundation.accounts.interfaces.family import FOR_HER, AskFamilyForm
from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.accounts.models import FamilyProxy
from foundation.accounts.permissions import AccountPermission
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.problems import checked
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, Moment, PublicId
from foundation.core.api.scope import TokenScope

routes = Routes("family")


class FamilyProxyOut(Schema):
    id: str
    principal: PersonOut = Field(description="For whom things are done.")
    proxy: PersonOut = Field(description="Who does them.")
    kinship: FamilyProxy.Kinship = Field(description="What the proxy is to the principal.")
    asked_at: Moment
    agreed_at: Moment | None = Field(description="Null: it waits for the one who did not ask.")
    yours_to_answer: bool


class AskFamily(Given):
    way: Literal["by", "for"] = Field(
        description="`by`: that person does things for you; `for`: you for that person."
    )
    person: str = Field(min_length=1, max_length=200, description="The name in her address.")
    kinship: FamilyProxy.Kinship


def _out(relation: FamilyProxy, user: Any) -> dict[str, Any]:
    return {
        "id": relation.public_id,
        "principal": person_out(relation.principal),
        "proxy": person_out(relation.proxy),
        "kinship": relation.kinship,
        "asked_at": relation.asked_at,
        "agreed_at": relation.agreed_at,
        "yours_to_answer": not relation.is_agreed and relation.asked_by_id != user.pk,
    }


def _own(request: ApiRequest, public_id: str) -> FamilyProxy:
    relation = family.of(request.user).filter(public_id=public_id).first()
    if relation is None:
        raise Http404
    return relation


@routes.reads(
    "/family",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=list[FamilyProxyOut],
)
def list_family(request: ApiRequest) -> list[dict[str, Any]]:
    """List the own family proxies, agreed or waiting for an answer."""
    return [_out(relation, request.user) for relation in family.of(request.user)]


@routes.writes(
    "POST",
    "/family",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_FAMILY,
    returns=FamilyProxyOut,
    status=201,
)
def ask_family(request: ApiRequest, body: AskFamily) -> dict[str, Any]:
    """Ask a relative to do things for you, or to let you do them."""
    form = checked(AskFamilyForm({"way": body.way, "person": body.person, "kinship": body.kinship.value}))
    given = form.cleaned_data
    relation = family.ask(
        given["person"], as_proxy=given["way"] == FOR_HER, kinship=given["kinship"], by=request.user
    )
    return _out(relation, request.user)


@routes.writes(
    "POST",
    "/family/{id}/agree",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_FAMILY,
    returns=FamilyProxyOut,
)
def agree_family(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Agree to what a relative asked."""
    family.agree(_own(request, id), by=request.user)
    return _out(_own(request, id), request.user)


@routes.writes(
    "DELETE",
    "/family/{id}",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=None,
    status=204,
)
def end_family(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """End it at once, or decline what was asked."""
    family.end(_own(request, id), by=request.user)
