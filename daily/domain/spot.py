"""Where the community lies, as weather and sun ask for it."""

from dataclasses import dataclass

from foundation.core.pages import options


@dataclass(frozen=True)
class Spot:
    latitude: float
    longitude: float
    name: str = ""

    @property
    def key(self) -> str:
        return f"{self.latitude:.4f},{self.longitude:.4f}"


def spot() -> Spot:
    """Return where the office says that the community lies."""
    return Spot(
        latitude=float(options.value("daily.latitude")),
        longitude=float(options.value("daily.longitude")),
        name=options.value("daily.spot"),
    )
