"""Whatever an operation can't do it says as a problem (RFC 9457), in the language of whoever asked."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError
from ninja.errors import ValidationError as ShapeError

from foundation.core.access.limits import A_MINUTE, TooOften
from foundation.core.access.permissions import Refusal, Refused
from foundation.core.access.refusals import why
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.outage import RETRY_AFTER, is_outage

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:linli:problem:{}"
log = logging.getLogger("django.request")


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `field` is empty where it concerns the whole."""

    field: str
    code: str
    message: str


@dataclass(eq=False)
class Problem(Exception):
    """Ends an operation. `name` tells machines which problem it is, `detail` tells people."""

    status: int
    name: str
    detail: Any = ""
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


# What each is called; the detail says more where there is more to say.
TITLES = {
    "bad_request": gettext_lazy("请求的格式不对。"),
    "idempotency_key": gettext_lazy("缺少 Idempotency-Key，或它的格式不对。"),
    "sign_in": gettext_lazy("请先登录。"),
    "token": gettext_lazy("登录已失效，请重新登录。"),
    "credentials": gettext_lazy("账号或密码不对。"),
    "second_factor": gettext_lazy("还需要两步验证的验证码。"),
    "second_factor_setup": gettext_lazy("请先在网页上设置两步验证。"),
    "password_due": gettext_lazy("您的密码该换了，请先在网页上修改。"),
    "not_activated": gettext_lazy("账号还没有激活，请点击邮件里的链接。"),
    "closed": gettext_lazy("这个账号已停用。"),
    "scope": gettext_lazy("这台设备没有得到这项授权。"),
    "confirm": gettext_lazy("请先确认是您本人。"),
    "leaving": gettext_lazy("您的账号正在注销。"),
    "verify": gettext_lazy("请先完成实名认证。"),
    "muted": gettext_lazy("您被暂时禁言。"),
    "suspended": gettext_lazy("您的账号暂时停用。"),
    "for_another": gettext_lazy("这件事不能代办。"),
    "forbidden": gettext_lazy("没有这项权限。"),
    "not_found": gettext_lazy("没有找到。"),
    "method": gettext_lazy("这个地址不支持这种操作。"),
    "conflict": gettext_lazy("情况已经变了，请重新查看。"),
    "in_flight": gettext_lazy("同样的请求正在处理，请稍后再试。"),
    "offset": gettext_lazy("上传的位置不对，请从服务器记下的位置继续。"),
    "too_large": gettext_lazy("内容太大了。"),
    "media_type": gettext_lazy("不支持这种内容类型。"),
    "invalid": gettext_lazy("有些内容需要修改。"),
    "key_reused": gettext_lazy("这个 Idempotency-Key 已经用于另一个请求。"),
    "too_often": gettext_lazy("短时间内次数太多了，请过一会儿再来。"),
    "fault": gettext_lazy("出错了，请过一会儿再试。"),
    "unavailable": gettext_lazy("网站暂时不能用，请过几分钟再试。"),
}


def answer(problem: Problem) -> HttpResponse:
    """Put a problem into a response."""
    title = str(TITLES[problem.name])
    said: dict[str, Any] = {
        "type": TYPE.format(problem.name),
        "title": title,
        "status": problem.status,
        "detail": str(problem.detail) or title,
    }
    if problem.errors:
        said["errors"] = [vars(error) for error in problem.errors]
    return HttpResponse(
        json.dumps(said, ensure_ascii=False),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=dict(problem.headers),
    )


type Translation = Callable[[HttpRequest, Any], Problem]
translations: dict[type[Exception], Translation] = {}


def answers(*faults: type[Exception]) -> Callable[[Translation], Translation]:
    """Make the decorated function the one that says such exceptions as a problem."""

    def decorate(function: Translation) -> Translation:
        for fault in faults:
            translations[fault] = function
        return function

    return decorate


def answer_to(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Say an exception as a problem; one that nobody expects is written into the log and said without a word of it.

    What passes by itself says when to ask again: a client that reads of a fault would give up, or ask at once.
    """
    if isinstance(fault, Problem):
        return answer(fault)
    for kind in type(fault).__mro__:
        if kind in translations:
            said = answer(translations[kind](request, fault))
            if said.status_code in (403, 429):
                log_response("Refused: %s", request.path, response=said, request=request)
            return said
    got_request_exception.send(sender=None, request=request)
    said = answer(unavailable() if is_outage(fault) else Problem(500, "fault"))
    log_response(
        "%s: %s",
        said.reason_phrase,
        request.path,
        response=said,
        request=request,
        exception=fault,
    )
    return said


def unavailable(*, seconds: int = RETRY_AFTER, detail: str = "") -> Problem:
    """Return the problem that passes: something is away, or the site is closed for work."""
    return Problem(503, "unavailable", detail, headers={"Retry-After": str(seconds)})


def too_often(seconds: int = A_MINUTE, detail: str = "") -> Problem:
    """Return the problem of too much in a short time, with when to come again."""
    return Problem(429, "too_often", detail, headers={"Retry-After": str(seconds)})


@answers(Refused)
def _refused(request: HttpRequest, fault: Refused) -> Problem:
    if fault.refusal is Refusal.SIGN_IN:
        return Problem(401, "sign_in", headers={"WWW-Authenticate": "Bearer"})
    return Problem(403, fault.refusal.value, why(fault.refusal, request.user))


@answers(PermissionDenied)
def _denied(request: HttpRequest, fault: PermissionDenied) -> Problem:
    return Problem(403, "forbidden")


@answers(TooOften)
def _too_often(request: HttpRequest, fault: TooOften) -> Problem:
    return too_often(fault.seconds)


@answers(Http404)
def _not_found(request: HttpRequest, fault: Http404) -> Problem:
    return Problem(404, "not_found")


@answers(StepNotAllowed)
def _changed(request: HttpRequest, fault: StepNotAllowed) -> Problem:
    return Problem(409, "conflict")


@answers(GuardFails)
def _missing(request: HttpRequest, fault: GuardFails) -> Problem:
    """What has to hold first does not: the page says it in the same words."""
    return Problem(409, "conflict", str(fault.words))


@answers(RequestDataTooBig)
def _too_large(request: HttpRequest, fault: RequestDataTooBig) -> Problem:
    return Problem(413, "too_large")


@answers(SuspiciousOperation, HttpError, UnreadablePostError)
def _bad(request: HttpRequest, fault: Exception) -> Problem:
    return Problem(400, "bad_request")


@answers(ValidationError)
def _invalid(request: HttpRequest, fault: ValidationError) -> Problem:
    return invalid(of_fields(fault))


def invalid(errors: Sequence[FieldError]) -> Problem:
    """Return the problem of what somebody sent: each fault with its field."""
    return Problem(422, "invalid", " ".join(dict.fromkeys(error.message for error in errors)), errors)


def of_fields(fault: ValidationError, names: Mapping[str, str] | None = None) -> list[FieldError]:
    """Return the errors of one of Django's; `names` renames the fields of a form to those of the API."""
    by_field = fault.error_dict if hasattr(fault, "error_dict") else {NON_FIELD_ERRORS: fault.error_list}
    return [
        FieldError(
            "" if name == NON_FIELD_ERRORS else (names or {}).get(name, name),
            str(error.code or "invalid"),
            " ".join(error.messages),
        )
        for name, errors in by_field.items()
        for error in errors
    ]


def checked(form: Any, names: Mapping[str, str] | None = None) -> Any:
    """Return a page's form that is valid. Raises Problem with its errors, in the words of the page."""
    if form.is_valid():
        return form
    raise invalid(of_fields(ValidationError(form.errors.as_data()), names))


@answers(ShapeError)
def _wrong_shape(request: HttpRequest, fault: ShapeError) -> Problem:
    return invalid([_in_words(error) for error in fault.errors])


def _in_words(error: Mapping[str, Any]) -> FieldError:
    """Say in our words what the schema did not take; the library's are English and speak to developers."""
    kind, facts = error["type"], error.get("ctx", {})
    return FieldError(_where(error["loc"]), kind, _words(kind, facts))


def _where(location: Iterable[Any]) -> str:
    """Name the field as it stands in what was sent: without the part of the request and the argument's own name."""
    source, *rest = location
    if source == "body" and len(rest) > 1:
        rest = rest[1:]
    return ".".join(str(part) for part in rest)


def _words(kind: str, facts: Mapping[str, Any]) -> str:
    if kind == "missing":
        return _("请填写这一项。")
    if kind == "string_too_long":
        return _("最多 %(number)s 个字，请删短一些。") % {"number": facts["max_length"]}
    if kind == "string_too_short":
        return _("至少要有 %(number)s 个字。") % {"number": facts["min_length"]}
    if kind in ("too_long", "too_short"):
        return _("这一项的数量不对。")
    if kind in ("enum", "literal_error"):
        return _("请从列出的选项中选择。")
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return _("这个数超出了允许的范围。")
    if kind == "extra_forbidden":
        return _("没有这一项。")
    return _("这一项的格式不对。")
