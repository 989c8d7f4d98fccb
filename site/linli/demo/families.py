"""Who acts for whom in the demo: one tie that stands, one that waits for the demo's resident to answer (U2)."""

from foundation.accounts.domain import family
from foundation.accounts.models import FamilyProxy, User


def make_families(people: dict[str, User]) -> None:
    """Let staff have recorded one at the counter, and a neighbour ask another."""
    family.record(
        people["wangnainai"],
        people["resident"],
        kinship=FamilyProxy.Kinship.CHILD,
        purpose="两人带身份证到窗口，当面同意",
        by=people["staff"],
    )
    family.ask(people["resident"], as_proxy=False, kinship=FamilyProxy.Kinship.OTHER, by=people["chendama"])
