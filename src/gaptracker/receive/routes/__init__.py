"""Routes of the intake, one module for each kind of thing."""
