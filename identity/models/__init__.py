from identity.models.claim import Claim
from identity.models.own_data import DataExport, Erasure

__all__ = ["Claim", "DataExport", "Erasure"]
