"""One cell taken apart: what `gaptracker explain` and readers of its JSON follow."""
