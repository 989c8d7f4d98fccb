"""Signs that look like others, and signs that nobody sees: how a text reads, whatever it is made of (O2)."""

import unicodedata
from string import ascii_lowercase

# Letters and blanks by their category, nothing by their looks.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me"})
# By script, small and capital apart where they look like different letters of ours.
_PAIRS = (
    ("АВЕКМНОРСТУХЅІЈҮӀԌԚԜҺ", "abekmhopctyxsijylgqwh"),
    ("авекмнорстухѕіјүӏԁԍԛԝһ", "abekmhopctyxsijyldgqwh"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx"),
    ("αβγεηικνορτυχωϳ", "abyenikvoptuxwj"),
    ("ɑɡɩɪıʙɢʜʟɴʀʏøđł", "agiiibghlnryodl"),
    ("ᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱ", "acdejkmoptuvwzs"),
    ("".join(chr(0x1F150 + place) for place in range(26)), ascii_lowercase),
    ("〇", "0"),
)
LOOKALIKES = {ord(sign): plain for signs, plains in _PAIRS for sign, plain in zip(signs, plains, strict=True)}


def is_unseen(sign: str) -> bool:
    """Say whether a sign takes no room of its own, or is an empty one; lines and tabs are none of them."""
    return sign in BLANK or (unicodedata.category(sign) in UNSEEN and sign not in "\n\t\r")


def as_read(text: str) -> str:
    """Return a text as a reader takes it: one form of every letter, lookalikes are ours, nothing unseen."""
    plain = unicodedata.normalize("NFKC", "".join(sign for sign in text if not is_unseen(sign)))
    return "".join(sign for sign in plain.translate(LOOKALIKES) if not is_unseen(sign)).casefold()
