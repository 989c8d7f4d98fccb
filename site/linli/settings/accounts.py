"""How people have accounts: sign-up, passwords, second factors. Part of `base`."""

from django.urls import reverse_lazy

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["foundation.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "foundation.accounts.domain.passwords.StaffPassword"},
]
LOGIN_URL = reverse_lazy("account_login")
# The front page in the language of whoever comes or goes.
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("wagtail_serve", args=[""])
ACCOUNT_ADAPTER = "foundation.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 2
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = "strict"
# Five letters in a row and no more in a day than allauth's one in three minutes: a sign-up that was corrected at
# once needs its own letter, because the link of the first one is dead.
ACCOUNT_RATE_LIMITS = {"confirm_email": "5/15m/key"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Address, telephone, second factor, own data, leaving: who one is must have been shown within these seconds.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "signup": "identity.interfaces.forms.SignUpForm",
    "change_password": "foundation.accounts.interfaces.forms.ChangeForm",
    "set_password": "foundation.accounts.interfaces.forms.SetForm",
    "reset_password_from_key": "foundation.accounts.interfaces.forms.ResetForm",
    "request_login_code": "foundation.accounts.interfaces.forms.CodeForm",
    "change_phone": "identity.interfaces.telephone.BindPhoneForm",
    "confirm_login_code": "foundation.accounts.interfaces.forms.ConfirmCodeForm",
    "verify_phone": "foundation.accounts.interfaces.forms.ConfirmPhoneForm",
}
ACCOUNT_USER_DISPLAY = "foundation.accounts.adapter.display_name"
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_CHANGE_EMAIL = True
# Staff enter the admin only in a session that was opened with a second factor, and change passwords so often.
STAFF_SECOND_FACTOR = True
STAFF_PASSWORD_DAYS = 90
MFA_ADAPTER = "foundation.accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# Nobody has a session without a confirmed address; a second one, still unanswered, must not stand in the way.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "activate_totp": "foundation.accounts.mfa.ActivateForm",
    "authenticate": "foundation.accounts.mfa.SecondStepForm",
    "reauthenticate": "foundation.accounts.mfa.ConfirmForm",
    "add_webauthn": "foundation.accounts.mfa.AddKeyForm",
    "edit_webauthn": "foundation.accounts.mfa.RenameKeyForm",
}
