from tests.security.conftest import production

__all__ = ["production"]
