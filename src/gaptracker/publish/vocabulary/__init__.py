"""Labels, grades, readings, outcomes and reasons in the reader's language."""
