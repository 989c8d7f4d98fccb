from home.models.community import CommunityIndexPage, CommunityPage, Contact, OpeningHours, PlanMarker
from home.models.front import HomePage

__all__ = ["CommunityIndexPage", "CommunityPage", "Contact", "HomePage", "OpeningHours", "PlanMarker"]
