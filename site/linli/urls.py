"""Every address of the site (DESIGN §4). Chinese pages have no language prefix, English ones `/en/`."""

from allauth.account import views as account_views
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from foundation.accounts.views.display import choose as choose_display
from foundation.accounts.views.resident import set_password
from foundation.core.access.routes import open_to_all
from foundation.core.files.views import serve
from foundation.signing.views.public import authority as signing_authority
from foundation.signing.views.public import revoked as signing_crl
from foundation.social.views.saved import saved_list
from helpagreements.views.institution import agreement_list as desk_agreements
from helpagreements.views.public import steps as help_steps
from home.views import phone
from home.views.calendar import feed as calendar_feed
from home.views.style_guide import style_guide
from linli import api, outages, outside, views
from linli.demo.views import outbox
from linli.sitemap import PortalSitemap
from office.views.chain import chain as audit_chain
from office.views.log import head as audit_head
from office.views.settings import theme

handler400 = "linli.views.bad_request"
handler403 = "linli.views.permission_denied"
handler404 = "linli.views.page_not_found"
# Asked for by allauth, whose limits of an address have windows of a minute.
handler429 = "linli.views.too_often"
handler500 = "linli.outages.server_error"

urlpatterns = [
    path("healthz", outages.healthz, name="healthz"),
    path("readyz", outages.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        open_to_all("lists what visitors may read")(require_safe(sitemap)),
        {"sitemaps": {"pages": PortalSitemap}},
        name="sitemap",
    ),
    path(
        "favicon.ico",
        open_to_all("the picture beside the address")(
            require_safe(RedirectView.as_view(url=settings.STATIC_URL + "svg/logo.svg"))
        ),
    ),
    *api.urlpatterns(),
    path("sw.js", phone.service_worker, name="service_worker"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("mode/<slug:wanted>/", choose_display, name="display_mode"),
    path("files/<slug:public_id>/<int:size>.<slug:extension>", serve, name="file"),
    path("theme.css", theme, name="theme"),
    path("calendar.ics", calendar_feed, name="calendar_feed"),
    path("audit/head/", audit_head, name="audit_head"),
    # In every certificate: these addresses never change.
    path("signing/crl.der", signing_crl, name="signing_crl"),
    path("signing/<slug:role>.cer", signing_authority, name="signing_authority"),
    path("admin/login/", views.admin_login),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("demo/outbox/", outbox, name="demo_outbox"),
    path("media/images/<path:path>", views.cut_picture),
    *i18n_patterns(
        path("_ui/", style_guide, name="style_guide"),
        path("offline/", phone.offline, name="offline"),
        path("agenda/", phone.agenda, name="agenda"),
        path("outside/", outside.leave, name="outside"),
        path("", include("home.urls")),
        path("", include("daily.urls")),
        path("account/verification/", include("identity.urls")),
        path("account/phone/verify/", account_views.verify_phone, name="account_verify_phone"),
        path("account/phone/change/", account_views.change_phone, name="account_change_phone"),
        path("account/password/set/", set_password, name="account_set_password"),
        path("", include("foundation.moderation.resident_urls")),
        path("", include("foundation.signing.urls")),
        path("account/", include("foundation.accounts.urls")),
        path("account/", include("identity.own_urls")),
        path("account/security/", include("allauth.mfa.urls")),
        path("", include("spaces.urls")),
        path("account/", include("allauth.account.urls")),
        path("social/", include("foundation.social.urls")),
        path("saved/", saved_list, name="saved"),
        path("notifications/", include("foundation.messaging.urls")),
        path("messages/", include("chat.urls")),
        path("audit/chain/", audit_chain, name="audit_chain"),
        path("help/agreements/", include("helpagreements.urls")),
        path("help/steps/", help_steps, name="help_steps"),
        path("help/institutions/", include("organisations.urls")),
        path("desk/agreements/", desk_agreements, name="desk_agreements"),
        path("desk/", include("organisations.desk_urls")),
        path("operations/", include("office.operations_urls")),
        path("circles/", include("groups.circle_urls")),
        path("groups/", include("groups.group_urls")),
        path("feedback/", include("feedback.urls")),
        path("", include("news.urls")),
        path("_util/login/", views.sign_in),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
