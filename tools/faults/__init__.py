"""The fault programme: real processes are killed, starved and lied to, and what they promised is counted afterwards."""
