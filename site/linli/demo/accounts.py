"""Who can sign in to the demo community (DESIGN §4)."""

PASSWORD = "linli-demo-2026"  # noqa: S105 - public: the demo listens on loopback and holds invented people
ACCOUNTS = (
    ("admin", "管理员"),
    ("editor", "编辑"),
    ("reviewer", "审稿人"),
    ("staff", "银杏里居委会工作人员"),
    ("staff2", "街道办工作人员"),
    ("officer", "儿童主任"),
    ("auditor", "审计员"),
    ("operator", "运维人员"),
    ("resident", "居民 林秋雨"),
    ("neighbour", "居民 周叶"),
    ("guardian", "监护人"),
    ("newcomer", "还没有实名的新邻居"),
    ("institution", "阳光帮扶中心负责人"),
    ("helper", "阳光帮扶中心成员"),
    ("business", "邻家鲜果"),
)
