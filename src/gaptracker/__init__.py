"""GapTracker: what governments say about drugs and human rights, against what they do."""

__version__: str


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for: the readers of attachments pay for no more."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import version  # noqa: PLC0415  6 MB for each reading process

    # Kept, since it is in every entity tag and read from a file.
    globals()[name] = version("gaptracker")
    return str(globals()[name])
