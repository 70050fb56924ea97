"""Use cases, one module each: they join the stages that do not know each other."""
