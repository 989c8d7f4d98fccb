from residents.models.resident import Resident, SidNumber

__all__ = ["Resident", "SidNumber"]
