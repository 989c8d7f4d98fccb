from identity.models.claim import Claim

__all__ = ["Claim"]
