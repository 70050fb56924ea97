"""Pages for people: rendered here, readable without scripts, in three languages."""
