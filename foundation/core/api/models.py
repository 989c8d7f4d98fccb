"""What the API keeps of what it answered, so that the same request again is the same act (U5)."""

from django.db import models

from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import time_ordered_id


class KeptAnswer(models.Model):
    """The answer to one write, written in the transaction of the act itself."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    # `core` knows people only as numbers; 0: somebody who is not signed in, told apart by `caller`.
    owner_id = models.BigIntegerField()
    caller = models.CharField(max_length=32, blank=True)
    key = models.CharField(max_length=64)
    # Keyed, because a request may hold a password.
    request_digest = models.CharField(max_length=64)
    answer = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "caller", "key"], name="answered_once"),
            models.CheckConstraint(
                condition=models.Q(owner_id__gt=0, caller="") | (models.Q(owner_id=0) & ~models.Q(caller="")),
                name="answer_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
