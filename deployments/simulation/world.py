"""The world of a simulated year in one place: who there is, what is planned, and the house they write to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from deployments.simulation.chance import Chance
from deployments.simulation.home import Clock
from deployments.simulation.papers import Papers
from deployments.simulation.people import Town
from deployments.simulation.plans import Plans
from deployments.simulation.post import Letter, Post
from deployments.simulation.steps import Steps
from tasks.settings import Settings


@dataclass
class World:
    """Everything that the people of the year share."""

    chance: Chance
    clock: Clock
    config: Settings
    papers: Papers
    town: Town
    post: Post
    steps: Steps
    plans: Plans = field(default_factory=Plans)
    counts: Counter[str] = field(default_factory=Counter)

    def send(self, letter: Letter) -> None:
        """A mail is written now and taken in at once."""
        self.clock.on(60)
        self.post.deliver(letter, self.clock.now)
        self.papers.lay_out(letter.files)
        self.steps.take_in()

    def after(self, hours: float, letter: Letter) -> None:
        """A mail that somebody will write later."""
        self.plans.at(self.clock.now + timedelta(hours=hours), lambda: self.send(letter))


def new_world(config: Settings, clock: Clock, seed: int, scans: int) -> World:
    """An empty world."""
    chance = Chance(seed)
    return World(chance, clock, config, Papers(scans), Town(chance), Post(config), Steps(config))
