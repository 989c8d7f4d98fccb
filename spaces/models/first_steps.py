"""That somebody does not want to be shown her first steps any more (U4)."""

from django.db import models

from foundation.accounts.models import User


class FirstSteps(models.Model):
    """Nothing stored: the card still helps. What she has done already is asked of what she did, never kept here."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    dismissed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user_id)
