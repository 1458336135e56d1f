"""Individual follow-ups: conversations with one member, their private notes, and who is to be offered one."""
