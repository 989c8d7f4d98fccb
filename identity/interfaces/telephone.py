from typing import Any

from allauth.account.forms import ChangePhoneForm

from identity.domain.telephone import given_phone


class BindPhoneForm(ChangePhoneForm):
    """Proposes the number that was given with the six items; a short message proves that it is hers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None and not self.phone:
            self.initial.setdefault("phone", given_phone(self.user))
