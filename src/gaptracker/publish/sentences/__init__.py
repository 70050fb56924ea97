"""Sentences that answers carry: what may be said of figures, in the reader's language."""
