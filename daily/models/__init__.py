from daily.models.flag import FlagTime
from daily.models.plates import OwnPlate, PlateRule
from daily.models.weather import WeatherReport, WeatherWarning

__all__ = ["FlagTime", "OwnPlate", "PlateRule", "WeatherReport", "WeatherWarning"]
