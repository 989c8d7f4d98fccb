"""How much of anything is too much, for one person or for all together."""

# So many people's reports hide something until staff have decided (O2).
REPORTS_THAT_HIDE = 3
# What one person may do in an hour or a day; more is no conversation any more.
RATES = {
    "post": "60/h",
    "profile": "60/h",
    "talk": "60/h",
    "edit": "120/h",
    "album": "60/d",
    "diary": "60/h",
    "guestbook": "30/h",
    "photo": "600/h",
    "comment": "120/h",
    "message": "600/h",
    # Conversations with people who did not choose to hear of her, and those of people who are new here.
    "stranger": "20/d",
    "newcomer_stranger": "5/d",
    # People who are asked into groups.
    "group": "100/d",
    "follow": "200/h",
    "block": "100/h",
    "family": "10/d",
    "found": "6/d",
    "join": "60/h",
    "invite": "60/h",
    "announce": "6/d",
    "vote": "200/h",
    "save": "300/h",
    "idea": "10/d",
    "upload": "200/h",
    "report": "20/d",
    "test_letter": "10/h",
    "export": "20/d",
    # Files that strangers have checked, by their address: each starts a process.
    "verify": "60/h",
    # Whom an @ may mean, asked while somebody types.
    "mention": "120/m",
    # What one person, or all behind one address, look for.
    "search": "60/m",
}
# What one person may keep here: pictures by the size of what she sent (ASVS 5.2.4).
STORAGE_PER_PERSON = 1024**3
# So long after their verification people send no links yet.
NEW_ACCOUNT_DAYS = 7
