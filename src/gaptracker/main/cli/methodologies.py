"""The methodology that travels in the package."""

from gaptracker.domain.methodology import Methodology
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions


def newest_methodology() -> Methodology:
    """Return the newest methodology of the package.

    Raises:
        MethodologyError: If its files are wrong; every problem is listed.
    """
    return shipped_methodology(shipped_versions()[-1])
