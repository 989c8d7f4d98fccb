"""A browser and its network in a few words, for people who look at their list of devices."""

import ipaddress

# In this order: most browsers also name those that they descend from.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("Edg/", "Edge"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("UCBrowser", "UC"),
    ("QQBrowser", "QQ 浏览器"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """Return the browser's name in a User-Agent header, empty where it names none that is known."""
    return next((name for mark, name in BROWSERS if mark in agent), "")


def system_of(agent: str) -> str:
    """Return the operating system's name in a User-Agent header, empty where it names none that is known."""
    return next((name for mark, name in SYSTEMS if mark in agent), "")


def network_of(address: str) -> str:
    """Return the network that an address belongs to: 16 bits of an IPv4 one, 32 of an IPv6 one; empty for none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        first, second, *_rest = str(found).split(".")
        return f"{first}.{second}.*.*"
    return str(ipaddress.ip_network((int(found) >> 96 << 96, 32)).network_address)
