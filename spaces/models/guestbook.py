"""Guestbooks (留言板): what visitors leave in somebody's space, by the owner's rule (S5)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.ids import public_id, time_ordered_id
from foundation.social.models.post import shown_author

MAX_TEXT = 500


class Who(models.TextChoices):
    EVERYBODY = "everybody", _("已实名的邻居")
    CONTACTS = "contacts", _("互相关注的人")
    NOBODY = "nobody", _("暂不开放")


class GuestbookRule(models.Model):
    """Who may write into one's guestbook; nothing stored: every verified neighbour, shown at once."""

    user = models.OneToOneField(User, models.CASCADE, related_name="guestbook_rule")
    who = models.CharField(_("谁可以留言"), max_length=10, choices=Who, default=Who.EVERYBODY)
    looked_at_first = models.BooleanField(_("我看过以后才公开"), default=False)

    class Meta:
        verbose_name = _("留言板规则")
        verbose_name_plural = _("留言板规则")
        constraints = [models.CheckConstraint(condition=Q(who__in=Who.values), name="guestbook_rule_known")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.who}"


class GuestbookQuerySet(models.QuerySet["GuestbookEntry"]):
    def visible_to(self, user: Any) -> "GuestbookQuerySet":
        """Keep what verified neighbours read: shown entries of people who are not apart from them.

        Writer and owner also see what waits or was hidden by the owner; what the community hid only its writer (O2).
        """
        if user is None or not user.is_authenticated or not user.is_active or not user.pk:
            return self.none()
        own = Q(author_id=user.pk) | Q(owner_id=user.pk, hidden_at__isnull=True)
        shown = Q(shown=True, hidden_at__isnull=True) if getattr(user, "is_verified", False) else Q(pk__in=[])
        found = self.filter(shown | own, scopes.not_apart(user, "author"), scopes.not_apart(user, "owner"))
        return found.filter(shown_author("author", user), shown_author("owner", user))


class GuestbookEntry(models.Model):
    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="guestbook")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    text = models.TextField(_("留言"), max_length=MAX_TEXT)
    once = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # False: it waits for the owner, or she took it from others' eyes.
    shown = models.BooleanField(default=True)
    answer = models.TextField(_("回复"), max_length=MAX_TEXT, blank=True)
    answered_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True, editable=False)

    objects = GuestbookQuerySet.as_manager()

    class Meta:
        verbose_name = _("留言")
        verbose_name_plural = _("留言")
        indexes = [models.Index(fields=["owner", "-id"], name="guestbook_newest")]
        constraints = [
            models.UniqueConstraint(fields=["author", "once"], name="guestbook_sent_once"),
            models.CheckConstraint(condition=~Q(author=F("owner")), name="guestbook_of_others"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="guestbook_answer_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def url(self) -> str:
        return f"{reverse('spaces:guestbook', args=[self.owner.username])}#g-{self.public_id}"
