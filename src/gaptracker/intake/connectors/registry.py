"""Every connector there is, by its source."""

from collections.abc import Mapping

from gaptracker.domain.errors import UnknownName
from gaptracker.domain.syncing import SourceId
from gaptracker.intake.connectors.base import Connector
from gaptracker.intake.connectors.cnd import Cnd
from gaptracker.intake.connectors.oeps import Oeps
from gaptracker.intake.connectors.our_world_in_data import OurWorldInData
from gaptracker.intake.connectors.sesnsp import Sesnsp
from gaptracker.intake.connectors.sipri import Sipri
from gaptracker.intake.connectors.un_general_debate import UnGeneralDebate
from gaptracker.intake.connectors.un_sdg import UnSdg
from gaptracker.intake.connectors.un_votes import UnVotes
from gaptracker.intake.connectors.unaids import Unaids
from gaptracker.intake.connectors.unodc import Unodc
from gaptracker.intake.connectors.upr import Upr
from gaptracker.intake.connectors.who_gho import WhoGho
from gaptracker.intake.connectors.wikipedia import Wikipedia
from gaptracker.intake.connectors.world_bank import WorldBank

ALL: tuple[Connector, ...] = (
    WorldBank(),
    Unodc(),
    UnSdg(),
    OurWorldInData(),
    WhoGho(),
    Unaids(),
    Sipri(),
    Wikipedia(),
    Oeps(),
    Sesnsp(),
    UnVotes(),
    Cnd(),
    Upr(),
    UnGeneralDebate(),
)
CONNECTORS: Mapping[SourceId, Connector] = {each.about.source: each for each in ALL}


def connector_of(name: str) -> Connector:
    """Return the connector of a source.

    Raises:
        UnknownName: If there is none of this name; it names those there are.
    """
    for source, connector in CONNECTORS.items():
        if source.value == name:
            return connector
    raise UnknownName("source", name, tuple(source.value for source in CONNECTORS))
