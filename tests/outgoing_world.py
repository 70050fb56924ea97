"""Outgoing clients that may call a test's own server, and nothing else."""

import httpx

from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.guarded_network import Resolver, addresses_of
from gaptracker.intake.http import OutgoingLimits, make_client
from tests.loopback_world import Loopback

CONTACT = "https://gaptracker.example/about"
LIMIT = 100_000


def trial_rules(*ports: int) -> OutgoingRules:
    return OutgoingRules(schemes=frozenset({"http"}), ports=frozenset(ports), allow_loopback=True)


def client_for(
    world: Loopback,
    limits: OutgoingLimits | None = None,
    resolver: Resolver = addresses_of,
) -> httpx.Client:
    within = limits or OutgoingLimits(seconds=5, response_bytes=LIMIT)
    return make_client(trial_rules(world.port), within, contact=CONTACT, resolver=resolver)
