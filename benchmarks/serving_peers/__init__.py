"""What the server is held against: a naive handler, Datasette, nginx; all with the same cells."""
