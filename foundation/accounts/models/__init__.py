from foundation.accounts.models.family import FamilyProxy
from foundation.accounts.models.organisation import Membership, Organisation
from foundation.accounts.models.profile import Profile
from foundation.accounts.models.role import RoleAssignment
from foundation.accounts.models.role_request import RoleRequest
from foundation.accounts.models.security import Device, PasswordRecord
from foundation.accounts.models.token import DeviceToken
from foundation.accounts.models.user import User

__all__ = [
    "Device",
    "DeviceToken",
    "FamilyProxy",
    "Membership",
    "Organisation",
    "PasswordRecord",
    "Profile",
    "RoleAssignment",
    "RoleRequest",
    "User",
]
