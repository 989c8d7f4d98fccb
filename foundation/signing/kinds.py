from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    OwnPart,
    PrivacyFacet,
    ReviewFacet,
    Without,
)
from foundation.core.kinds import Kind
from foundation.signing.domain.certificates import decide_certificate, members_of
from foundation.signing.domain.documents import place_path
from foundation.signing.domain.endings import drop_tasks, erase_certificates, own_data, signature_data
from foundation.signing.models import Certificate, Signature, SignedDocument
from foundation.signing.permissions import SigningPermission

KINDS = [
    Kind(
        key="certificate",
        model="signing.Certificate",
        name=_("签名证书"),
        title=lambda certificate: f"{certificate.organisation.name} · {certificate.name}",
        url=lambda certificate: reverse("signing:keys"),
        visible_to=lambda user: Certificate.objects.visible_to(user).select_related("organisation__place"),
        owner=lambda certificate: certificate.user_id,
        place_path=lambda certificate: certificate.organisation.place.path,
        audit={
            "certificate.ask": _("申请签名证书"),
            "certificate.issue": _("签发签名证书"),
            "certificate.refuse": _("退回签名证书申请"),
            "certificate.take_back": _("撤回签名证书申请"),
            "certificate.revoke": _("吊销签名证书"),
            "certificate.expire": _("签名证书到期"),
            "certificate.seal": _("制作电子公章"),
            "certificate.look_at_letter": _("查看授权书"),
        },
        privacy=PrivacyFacet(
            subject="user",
            category="signature",
            retain="five years after it ended (电子签名法 24)",
            on_erase=OnErase.KEEP,
            why_kept="what was signed with it has to stay checkable; the key is destroyed when it ends",
            erase=erase_certificates,
        ),
        search=Without("found on its organisation's page and by staff in their list"),
        review=ReviewFacet(
            decide=decide_certificate,
            permission=SigningPermission.KEEP_CERTIFICATES,
            template="signing/certificate_review.html",
            context=lambda certificate, by: {"certificate": certificate},
            sensitive=True,
            bulk=False,
            related=["organisation", "user"],
            reasons=[
                _("授权书看不清，请重新拍照上传。"),
                _("授权书上没有负责人签字或盖章。"),
                _("授权书上的人与申请人不是同一个人。"),
            ],
            about=lambda certificate: certificate.user_id,
            partial=members_of,
            # Who may sign for an organisation is never one person's decision.
            two=lambda certificate: True,
        ),
        notify={
            "certificate_issued": Event(_("您的签名证书已签发，可以签署文件了"), EventGroup.OWN, urgent=True),
            "certificate_refused": Event(_("您的签名证书申请没有通过"), EventGroup.OWN),
            "certificate_revoked": Event(_("您的签名证书已被吊销"), EventGroup.SECURITY, urgent=True),
            "certificate_expiring": Event(_("您的签名证书快到期了，请重新申请"), EventGroup.OWN),
            "certificate_expired": Event(_("您的签名证书已到期"), EventGroup.OWN),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("the organisation's own business"),
        report=Without("nobody else sees it"),
        export=ExportFacet(
            rows=lambda user: Certificate.objects.filter(user=user).select_related("organisation"),
            as_data=own_data,
            files=lambda certificate: certificate.letters.all(),
        ),
        demo=Without("made with the demo's organisations, on the floor that founds them"),
    ),
    Kind(
        key="signed_document",
        model="signing.SignedDocument",
        name=_("签署文件"),
        title=lambda document: f"{document.number} {document.title}",
        url=lambda document: document.verify_url,
        visible_to=SignedDocument.objects.visible_to,
        owner=lambda document: document.made_by_id,
        place_path=place_path,
        audit={
            "signing.freeze": _("文件定稿"),
            "signing.void": _("文件作废"),
            "signing.sign": _("签署文件"),
            "signing.evidence": _("封存证据文件"),
            "signing.renew": _("时间戳续期"),
            "signing.open_network": _("为举证打开签署时的网络地址"),
        },
        privacy=PrivacyFacet(
            subject="made_by",
            category="oversight",
            retain="five years after the end of what it is about, decided by the floor that owns that",
            on_erase=OnErase.KEEP,
            why_kept="both parties' paper: an agreement does not end because somebody closes an account",
        ),
        search=Without("found by the thing that it is about"),
        review=Without("what it is about is reviewed before it is frozen"),
        notify=Without("the thing that it is about tells its people"),
        comments=Without("said on the thing that it is about"),
        feed=Without("said by the thing that it is about"),
        report=Without("public only to those who hold its code"),
        export=Without("what somebody signed stands in her own data as `signatures`"),
        demo=Without("made with the demo's agreements"),
    ),
]
NOT_KINDS = {
    "Authority": "the community's own certificates, public as files; their keys are technical",
    "RevocationList": "a public file",
    "Slot": "part of a document",
    "Revision": "part of a document",
    "Signature": "part of a document; the signer's own data has it",
    "DeviceTask": "ten minutes of a signature on its way",
    "Evidence": "part of a document, for its parties",
}
OWN_DATA = [
    OwnPart(
        key="signatures",
        name=_("我签过的文件"),
        facet=ExportFacet(
            rows=lambda user: Signature.objects.filter(signer=user).select_related("document", "certificate"),
            as_data=signature_data,
        ),
    ),
]
ERASE = [
    Erasing(
        links=["signing.Signature.signer"],
        why="what was signed for an organisation stays signed; the signer is nameless here, her name stands in the file",
    ),
    Erasing(
        links=["signing.DeviceTask.user"],
        why="a signature on its way ends with the account",
        erase=drop_tasks,
    ),
]
