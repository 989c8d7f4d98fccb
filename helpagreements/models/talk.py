"""What both sides do with an agreement beside its text: open it, comment on it, follow it up, ask for its end."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import StoredFile
from foundation.signing.models import SignedDocument
from helpagreements.enums import Ending, Side
from helpagreements.models.agreement import Agreement, Clause, Version

MAX_PICTURES = 9


class PageOpening(models.Model):
    """Somebody of the institution opened one page of a frozen version: nobody signs what she has not seen."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="openings")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    page = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "user", "page"], name="page_opened_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.page}"


class ClauseComment(models.Model):
    """What the institution wants changed in one clause, or what is answered to it."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    clause = models.ForeignKey(Clause, models.CASCADE, related_name="comments")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    side = models.CharField(max_length=12, choices=Side)
    text = models.CharField(_("意见"), max_length=500)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.side}"


class EndingRequest(models.Model):
    """One side asks for the end, the other decides (解约申请与审批); with its statement once both have signed that."""

    class State(models.TextChoices):
        # Frozen for the asker's own device to sign; nobody else sees it.
        PREPARED = "prepared", _("未发出")
        ASKED = "asked", _("等对方答复")
        RECALLED = "recalled", _("已收回")
        REFUSED = "refused", _("对方不同意")
        AGREED = "agreed", _("双方同意")
        OVERTAKEN = "overtaken", _("协议已结束")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="ending_requests")
    what = models.CharField(max_length=10, choices=Ending)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    # What the agreement was when its end was asked for: to that it goes back.
    asked_in = models.CharField(max_length=20, default="active")
    side = models.CharField(max_length=12, choices=Side)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(_("原因"), max_length=500)
    wished_on = models.DateField(_("希望结束的日期"), null=True)
    handover = models.CharField(_("交接安排"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    statement = models.OneToOneField(SignedDocument, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state="asked"), name="one_open_ending_request"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["prepared", "asked", "recalled", "refused", "agreed", "overtaken"],
                    side__in=["community", "institution"],
                    what__in=["rescind", "terminate"],
                ),
                name="ending_request_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "asked"], decided_at__isnull=True)
                | (~Q(state__in=["prepared", "asked"]) & Q(decided_at__isnull=False)),
                name="ending_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.what} {self.state}"


class ForcedEnd(models.Model):
    """Staff ask to end an agreement against the institution (closed, proven harm); a second person decides."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等第二人审核")
        DONE = "done", _("已强制解约")
        REFUSED = "refused", _("未同意")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="forced_ends")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(_("原因"), max_length=500)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    statement = models.OneToOneField(SignedDocument, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("强制解约")
        verbose_name_plural = _("强制解约")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state="waiting"), name="one_forced_end_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "refused"]), name="forced_end_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="forced_end_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.state}"


class FollowUpNote(models.Model):
    """What was done under an agreement, in words and pictures, by one of its sides (H5, H8)."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    side = models.CharField(max_length=12, choices=Side)
    text = models.CharField(_("记录"), max_length=1000)
    happened_on = models.DateField(_("日期"))
    minutes = models.PositiveSmallIntegerField(_("时长（分钟）"), null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    once = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, 1440)), name="note_minutes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.happened_on}"


class NotePicture(models.Model):
    note = models.ForeignKey(FollowUpNote, models.CASCADE, related_name="note_pictures")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["note", "position"], name="one_note_picture_per_position"),
            models.CheckConstraint(condition=Q(position__lt=MAX_PICTURES), name="at_most_nine_note_pictures"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.position}"
