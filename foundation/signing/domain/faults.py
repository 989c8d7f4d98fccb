"""What can go wrong when something is signed, each with words for whoever stands before the page."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import Words


class SigningFault(Exception):
    """Nothing was signed; `words` say why and what to do, in the reader's language."""

    words: Words = _("没有签成，请再试一次。")

    def __init__(self, words: Words | None = None) -> None:
        if words is not None:
            self.words = words
        super().__init__(str(self.words))


class AlreadySigned(SigningFault):
    """That party's place is taken, or the document is void or has moved on."""

    words = _("这里已经签过了。")


class DigestDiffers(SigningFault):
    """What was shown is not what lies there."""

    words = _("文件和您看到的不一样了，请重新打开再签。")


class CertificateNotValid(SigningFault):
    """Expired, revoked, not issued yet, or of another organisation."""

    words = _("您的签名证书现在不能用，请到“我的签名证书”里查看。")


class WrongPin(SigningFault):
    """The PIN does not open the key; after `tries_left` more it is locked for good."""

    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        words = ngettext(
            "签名密码不对，还可以试 %(number)s 次。", "签名密码不对，还可以试 %(number)s 次。", tries_left
        ) % {"number": tries_left}
        super().__init__(
            words if tries_left else gettext("签名密码输错太多次，已经锁定。请吊销这张证书，再重新申请。")
        )


class NotTheSigner(SigningFault):
    """Not an active member of that party, not the holder of the certificate, or the party may not act now."""

    words = _("您现在不能代表这一方签署。")


class NotVerified(SigningFault):
    """The file did not stand the check that follows every signature; it was thrown away."""

    words = _("签名没有通过验证，文件没有改变。请再试一次。")


class DeviceTaskOver(SigningFault):
    """The browser took too long, or answers for something that was not asked."""

    words = _("签署等待太久，请再点一次“签署”。")


class RenderingMissing(SigningFault):
    """This machine can't make PDF files."""

    words = _(
        "这台服务器还不能生成 PDF：请管理员安装 libpango（apt-get install libpango-1.0-0 libpangoft2-1.0-0）。"
    )


class AuthorityMissing(SigningFault):
    """Nobody has made the certificate authority yet."""

    words = _("还没有建立证书机构：请运维人员运行 manage.py signing create_root。")


class LicensedUnreachable(SigningFault):
    """The licensed authority does not answer, or refuses."""

    words = _("持牌认证机构暂时没有回应，请稍后再试。")


class NotAuthorised(SigningFault):
    """The licensed authority did not take the signer's PIN or code."""

    words = _("持牌认证机构没有接受这个密码或动态码，请核对后再签。")


class TrivialPin(SigningFault):
    """Anybody would guess it."""

    words = _("这个签名密码太容易猜：请用至少 6 位数字，不要连号或重复。")
