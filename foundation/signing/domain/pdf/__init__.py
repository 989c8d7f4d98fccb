"""The PDF side of signing: no database in here, so that a process of its own can read a stranger's file."""
