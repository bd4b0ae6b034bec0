"""How notices reach people: inbox, mail, digest, as each likes it."""
