from groups.models.circle import Circle, CircleTag
from groups.models.group import Group, GroupMember
from groups.models.invitation import CircleInvitation
from groups.models.member import INSIDE, MANAGING, CircleMember, CircleRole
from groups.models.shelf import CircleFile, CirclePin

__all__ = [
    "INSIDE",
    "MANAGING",
    "Circle",
    "CircleFile",
    "CircleInvitation",
    "CircleMember",
    "CirclePin",
    "CircleRole",
    "CircleTag",
    "Group",
    "GroupMember",
]
