"""What follows from signing in and out, from a new password, and from a change of the second factor (A6)."""

import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save

from foundation.accounts.domain import devices, sessions, tokens
from foundation.accounts.domain.display import ASK, ask_once
from foundation.accounts.models import Device, User
from foundation.accounts.signals import sessions_ended
from foundation.core.flow import audit
from foundation.core.pages.display import display_of
from foundation.core.pages.version import taken_back


def begin_session(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    """Begin the session's clock, note its device, and count the sign-in itself as a confirmation."""
    sessions.begin(request, user)
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    if records and time.time() - records[-1]["at"] < 60:
        records[-1]["reauthenticated"] = True
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records


def show_her_way(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    """Bring her way of showing pages into this browser, unless she has just chosen here; ask once from 60 on."""
    request.shown_as = {
        "mode": None if display_of(request).elder else user.display_mode or None,
        "size": user.text_size,
    }
    if not display_of(request).elder and ask_once(user):
        request.session[ASK] = True


def forget_session(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    """The device stays known, and is signed in no more."""
    device = request.session.get(sessions.DEVICE)
    Device.objects.filter(pk=device, user=user).update(session_key=None)
    # A session that ran out is nobody's wish to be signed out: staff would lose what follows from it every half hour.
    if user is not None and not sessions.is_over(request.session):
        sessions_ended.send(Device, user=user, devices=[device])


def keep_this_session_only(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    """A new password ends all other sessions; Django has given this one a new key."""
    devices.rekeyed(request.session.get(sessions.DEVICE), request.session.session_key)
    devices.sign_out_others(by=user, but=request.session.session_key)


def end_every_session(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    """A password set anew by mail was forgotten, or known to others: every session ends."""
    devices.end_all(user)


def log_added(sender: Any, request: Any, user: Any, authenticator: Any, **_kwargs: Any) -> None:
    audit.append("accounts.add_second_factor", by=user, obj=user, data={"type": authenticator.type})


def log_removed(sender: Any, request: Any, user: Any, authenticator: Any, **_kwargs: Any) -> None:
    audit.append("accounts.drop_second_factor", by=user, obj=user, data={"type": authenticator.type})


# What visitors read of somebody, or what takes all that she said from their eyes.
SHOWN = {"display_name", "avatar", "is_active", "leaves_at", "suspended_until"}


def draw_anew(sender: Any, created: bool, update_fields: Any, **_kwargs: Any) -> None:
    """Pages that were kept for visitors show somebody as she is now, or no more."""
    if not created and (update_fields is None or SHOWN & set(update_fields)):
        taken_back()


def connect() -> None:
    """Listen; called once when the app is ready."""
    post_save.connect(draw_anew, sender=User, dispatch_uid="accounts.draw_anew")
    user_logged_in.connect(begin_session, dispatch_uid="accounts.begin_session")
    user_logged_in.connect(show_her_way, dispatch_uid="accounts.show_her_way")
    user_logged_out.connect(forget_session, dispatch_uid="accounts.forget_session")
    for changed in (password_changed, password_set):
        changed.connect(keep_this_session_only, dispatch_uid="accounts.keep_this_session_only")
    password_reset.connect(end_every_session, dispatch_uid="accounts.end_every_session")
    for added in (authenticator_added, authenticator_reset):
        added.connect(log_added, dispatch_uid="accounts.log_added")
    authenticator_removed.connect(log_removed, dispatch_uid="accounts.log_removed")
    sessions_ended.connect(tokens.follow_sessions, dispatch_uid="accounts.end_tokens")
