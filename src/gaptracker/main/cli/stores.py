"""What commands open: the settings, the records and the release store."""

from pydantic import ValidationError

from gaptracker.main.cli.errors import BadSetting, NothingThere
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.records.release_store import ReleaseStore
from gaptracker.settings import Settings

NO_RELEASE = (
    "there is no release in {store} yet; run `gaptracker demo --no-serve`, or one by one "
    "`gaptracker db upgrade`, `gaptracker load-reference` and `gaptracker release cut`"
)


def settings_in_force() -> Settings:
    """Read the settings.

    Raises:
        BadSetting: If one has a value that it cannot have; names each.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = (
            f"GAPTRACKER_{str(fault['loc'][0]).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False)
        )
        raise BadSetting("; ".join(problems)) from error


def open_store() -> ReleaseStore:
    """Open the release store that the settings name."""
    return ReleaseStore(settings_in_force().resolved_releases_url)


def open_release(release: str | None = None) -> FrozenRelease:
    """Read a release and verify every byte of it.

    Args:
        release: Its id; None for the current one.

    Raises:
        NothingThere: If no release was ever published here.
        UnknownName: If there are releases, but none of this id.
        ReleaseCorrupt: If a byte differs from what was frozen.
    """
    store = open_store()
    if store.latest() is None:
        raise NothingThere(NO_RELEASE.format(store=store.url))
    return load_release(store, release)
