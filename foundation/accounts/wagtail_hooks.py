"""In the admin, too, a session that lies idle says so before it ends (WCAG 2.2.1)."""

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from foundation.accounts.domain.sessions import STAFF_IDLE


@hooks.register("insert_global_admin_css")
def session_end_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/session.css"))


@hooks.register("insert_global_admin_js")
def session_end() -> str:
    return render_to_string("components/session_end.html", {"idle": int(STAFF_IDLE.total_seconds())})
