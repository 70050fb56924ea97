"""Words by which texts are searched, kept as data."""
