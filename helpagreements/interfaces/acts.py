"""The events of the machine as acts of the page: one form, one domain function, one sentence each (H5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.signing.domain.ceremony import Ceremony
from foundation.signing.models import SignedDocument
from helpagreements.domain import ending, forced, pushing, signing
from helpagreements.domain.ending import Wish
from helpagreements.domain.signing import Proof
from helpagreements.enums import Ending
from helpagreements.interfaces import forms as own
from helpagreements.models import Agreement
from helpagreements.permissions import AgreementPermission


@dataclass(frozen=True)
class Given:
    """What came with the request beside the form: how somebody proved who she is."""

    by: Any
    proof: Proof

    def ceremony(self, agreement: Agreement) -> Ceremony:
        return signing.ceremony_of(agreement.current, self.proof, by=self.by)

    def of_statement(self, agreement: Agreement) -> Ceremony:
        return signing.ceremony_of_statement(ending.open_request(agreement), self.proof)


# Acts on what one side asks while the agreement is signed and not in force: they ask the right of this event.
OF_RESCIND = ("ask_rescind", "recall_rescind", "refuse_rescind")


def event_of(act: str) -> str:
    """Return the event of the machine whose actors an act needs."""
    return "rescind" if act in OF_RESCIND else act


@dataclass(frozen=True)
class Act:
    """One event: its form, what carries it out, and what it is called. `signs`: a signature goes with it."""

    form: type[forms.Form]
    do: Callable[[Agreement, Any, Given], object]
    permission: AgreementPermission
    button: Any
    text: Any
    done: Any
    step_up: bool = False
    signs: bool = False
    # What is signed lies there already: the agreement itself, or the statement of the side that asked.
    reads: bool = False
    answers: bool = False
    danger: bool = False


def _push(agreement: Agreement, form: Any, given: Given) -> None:
    pushing.push(agreement, ceremony=given.ceremony(agreement), seen=form.cleaned_data["seen"], by=given.by)


def _sign(agreement: Agreement, form: Any, given: Given) -> None:
    credential = form.credential()
    if credential is None:
        raise StepNotAllowed("sign", agreement.state)
    signing.sign(agreement, credential=credential, proof=given.proof, by=given.by)


def _signed(form: Any, agreement: Agreement, given: Given) -> dict[str, Any]:
    return {"credential": form.credential(), "ceremony": given.of_statement(agreement), "by": given.by}


def _answer(function: Callable[..., object]) -> Callable[[Agreement, Any, Given], object]:
    """Sign what the other side asked for: the statement that the page showed, and no other."""

    def do(agreement: Agreement, form: Any, given: Given) -> object:
        return function(agreement, seen=form.cleaned_data["shown_digest"], **_signed(form, agreement, given))

    return do


def wish_of(form: Any) -> Wish:
    """Return what a form asks to be ended."""
    facts = {
        name: form.cleaned_data[name]
        for name in ("reason", "wished_on", "handover")
        if name in form.cleaned_data
    }
    return Wish(Ending.TERMINATE if "handover" in facts else Ending.RESCIND, **facts)


def _ask_end(agreement: Agreement, form: Any, given: Given) -> object:
    return ending.ask_end(agreement, wish=wish_of(form), **_signed(form, agreement, given))


def _ask_rescind(agreement: Agreement, form: Any, given: Given) -> object:
    return ending.ask_rescind(agreement, wish=wish_of(form), **_signed(form, agreement, given))


def to_sign(agreement: Agreement, event: str, form: Any, *, by: Any) -> SignedDocument:
    """Return the document that an act signs, frozen now where somebody asks for an end.

    Raises Refused, StepNotAllowed, GuardFails for what is missing in the form or was not read.
    """
    if event == "sign":
        return signing.ready_to_sign(agreement, by=by)
    if event in ("ask_end", "ask_rescind"):
        # The consent is ticked with the last press; here only the words count.
        form.is_valid()
        if missing := [name for name in ("reason", "wished_on", "handover") if name in form.errors]:
            raise GuardFails(" ".join(form.errors[missing[0]]))
        statement = ending.prepare(agreement, wish_of(form), by=by).statement
    else:
        request = ending.open_request(agreement)
        statement = request.statement if request else None
    if statement is None:
        raise StepNotAllowed(event, agreement.state)
    return statement


def _with_reason(function: Callable[..., object]) -> Callable[[Agreement, Any, Given], object]:
    return lambda agreement, form, given: function(agreement, reason=form.cleaned_data["reason"], by=given.by)


ACTS: dict[str, Act] = {
    "push": Act(
        own.PushForm,
        _push,
        AgreementPermission.PUSH,
        _("盖章并推送"),
        _("文本会固定成文件并盖上社区的电子章，发给机构负责人。15 天内对方没签就自动失效。"),
        _("已推送，机构负责人会收到通知。"),
        step_up=True,
    ),
    "withdraw": Act(
        own.OptionalReasonForm,
        _with_reason(pushing.withdraw),
        AgreementPermission.DRAFT,
        _("撤回"),
        _("机构还没有签，可以撤回。撤回后这份协议就结束了。"),
        _("已撤回。"),
        danger=True,
    ),
    "revise": Act(
        own.ReviseForm,
        lambda agreement, form, given: pushing.revise(agreement, comments=form.comments, by=given.by),
        AgreementPermission.REQUEST_REVISION,
        _("退回修改"),
        _("在要改的条款下写意见，社区改好后会再发给您。"),
        _("已把意见发给社区。"),
    ),
    "reject": Act(
        own.ReasonForm,
        _with_reason(pushing.reject),
        AgreementPermission.SIGN,
        _("拒绝签署"),
        _("拒绝后这份协议就结束了。只是想改几处，请用“退回修改”。"),
        _("已拒绝，社区会收到通知。"),
        step_up=True,
        danger=True,
    ),
    "sign": Act(
        own.SignForm,
        _sign,
        AgreementPermission.SIGN,
        _("确认签署"),
        _("签署后协议对双方有约束力，从生效日起履行。签名时间写进文件，改不了。"),
        _("签好了，双方都已收到通知。"),
        step_up=True,
        signs=True,
        reads=True,
    ),
    "ask_rescind": Act(
        own.AskRescindForm,
        _ask_rescind,
        AgreementPermission.REQUEST_TERMINATION,
        _("申请撤销"),
        _("协议还没有生效。对方同意后就不再生效。"),
        _("已发给对方，等对方答复。"),
        step_up=True,
        signs=True,
        danger=True,
    ),
    "rescind": Act(
        own.SignForm,
        _answer(ending.rescind),
        AgreementPermission.DECIDE_TERMINATION,
        _("同意撤销"),
        _("双方在撤销声明上都签名后，这份协议不再生效。"),
        _("已撤销，双方都已收到通知。"),
        step_up=True,
        signs=True,
        answers=True,
        danger=True,
    ),
    "recall_rescind": Act(
        own.NothingForm,
        lambda agreement, form, given: ending.recall_rescind(agreement, by=given.by),
        AgreementPermission.REQUEST_TERMINATION,
        _("收回撤销申请"),
        _("收回后协议照常生效。"),
        _("已收回。"),
        step_up=True,
    ),
    "refuse_rescind": Act(
        own.ReasonForm,
        _with_reason(ending.refuse_rescind),
        AgreementPermission.DECIDE_TERMINATION,
        _("不同意撤销"),
        _("写明理由，协议照常生效。"),
        _("已答复对方。"),
        step_up=True,
    ),
    "ask_end": Act(
        own.AskEndForm,
        _ask_end,
        AgreementPermission.REQUEST_TERMINATION,
        _("申请解约"),
        _("写明原因和交接安排，由对方决定。对方同意以前协议照常履行。"),
        _("已发给对方，等对方答复。"),
        step_up=True,
        signs=True,
        danger=True,
    ),
    "recall_end": Act(
        own.NothingForm,
        lambda agreement, form, given: ending.recall_end(agreement, by=given.by),
        AgreementPermission.REQUEST_TERMINATION,
        _("收回解约申请"),
        _("收回后协议照常履行。"),
        _("已收回。"),
        step_up=True,
    ),
    "refuse_end": Act(
        own.ReasonForm,
        _with_reason(ending.refuse_end),
        AgreementPermission.DECIDE_TERMINATION,
        _("不同意解约"),
        _("写明理由，协议照常履行。"),
        _("已答复对方。"),
        step_up=True,
    ),
    "approve_end": Act(
        own.SignForm,
        _answer(ending.approve_end),
        AgreementPermission.DECIDE_TERMINATION,
        _("同意解约"),
        _("双方在解约声明上都签名后，协议当时结束，不能恢复。"),
        _("已解约，双方都已收到通知。"),
        step_up=True,
        signs=True,
        answers=True,
        danger=True,
    ),
    "force_end": Act(
        own.ReasonForm,
        _with_reason(forced.ask_force_end),
        AgreementPermission.FORCE_END,
        _("申请强制解约"),
        _("只用于机构已经关闭或确有伤害。另一位工作人员同意后生效，机构会收到申诉办法。"),
        _("已提交，等第二位工作人员审核。"),
        step_up=True,
        danger=True,
    ),
    "suspend": Act(
        own.ReasonForm,
        _with_reason(ending.suspend),
        AgreementPermission.DRAFT,
        _("暂停"),
        _("有安全方面的情况要核实时，先暂停服务。"),
        _("已暂停，双方都已收到通知。"),
        danger=True,
    ),
    "resume": Act(
        own.OptionalReasonForm,
        _with_reason(ending.resume),
        AgreementPermission.DRAFT,
        _("恢复"),
        _("原因已经消除，协议继续履行。"),
        _("已恢复，双方都已收到通知。"),
    ),
}
