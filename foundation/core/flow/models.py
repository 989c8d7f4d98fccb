"""The audit chain and the outbox."""

from django.db import models
from django.utils import timezone

from foundation.core.crypto.fields import EncryptedJSONField, EncryptedTextField


class AuditEntry(models.Model):
    """One act, chained to the one before it. Holds no foreign key: the log outlives what it speaks of.

    The chain covers the payload's digest, not the payload: erasing a payload (个保法 47) leaves the chain whole.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    # Every role that the actor held, joined by commas: room for all of `core.access.roles`.
    role = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    place_path = models.CharField(max_length=255, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    payload_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        app_label = "core"
        indexes = [
            models.Index(fields=["kind", "object_id", "seq"], name="audit_by_object"),
            models.Index(fields=["actor_id", "seq"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class AuditPayload(models.Model):
    """What belongs to an entry and may have to be forgotten; a row without data was erased."""

    seq = models.BigIntegerField(primary_key=True)
    data = EncryptedJSONField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return str(self.seq)


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever appends, so that numbers and links agree."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "core"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.seq} {self.digest[:12]}"


class OutboxMessage(models.Model):
    """An effect that must happen once, though the process dies: the database is the queue of record."""

    class State(models.TextChoices):
        NEW = "new"
        LEASED = "leased"
        SENT = "sent"
        DEAD = "dead"

    id = models.BigAutoField(primary_key=True)
    # What the payload's seal is bound to: known before the row is saved.
    row = models.UUIDField(unique=True)
    key = models.CharField(max_length=160, unique=True)
    channel = models.CharField(max_length=24)
    payload = EncryptedTextField(bound_to="row")
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # How often it waited for what was not its own fault: a gateway that was away. Rows of an older version have none.
    delays = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "core"
        indexes = [
            models.Index(fields=["next_at", "id"], name="outbox_due", condition=models.Q(state="new")),
            models.Index(fields=["lease_until"], name="outbox_leased", condition=models.Q(state="leased")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="leased", lease__isnull=False, lease_until__isnull=False)
                | (~models.Q(state="leased") & models.Q(lease__isnull=True)),
                name="outbox_leased_has_lease",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["sent", "dead"], done_at__isnull=False)
                | (models.Q(state__in=["new", "leased"], done_at__isnull=True)),
                name="outbox_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key} ({self.state})"


class Pulse(models.Model):
    """The last sign of life of somebody who works here, on the database's clock."""

    name = models.CharField(max_length=24, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
