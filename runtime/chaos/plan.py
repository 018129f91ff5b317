"""What a run does, worked out from its seed alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from runtime.chaos.plays import KINDS


@dataclass(frozen=True)
class Plan:
    """What to run; with `minutes`, tickets are opened for that long and `tickets` is how many there may be."""

    tickets: int
    seed: int
    minutes: float | None = None
    only: tuple[str, ...] = ()  # faults; none named: all
    lanes: int = 24  # tickets under way at once
    calm: tuple[float, float] = (0.2, 2.5)  # seconds between faults, besides what each took
    replays: int | None = None
    has_faults: bool = True
    points: tuple[str, ...] = ()  # crash points to be tried one by one, after the tickets

    def kinds(self) -> list[str]:
        """The kind of each ticket, in order: every kind at least once where there are tickets enough."""
        random = Random(f"{self.seed}/kinds")
        names = sorted(KINDS)
        chosen = random.choices(names, weights=[KINDS[name].weight for name in names], k=self.tickets)
        places = random.sample(range(self.tickets), min(self.tickets, len(names)))
        for place, name in zip(places, names, strict=False):
            chosen[place] = name
        return chosen

    def faults(self, known: Sequence[str]) -> Iterator[str]:
        """Faults without end: all kinds before any comes again, since chance would leave some out."""
        random = Random(f"{self.seed}/faults")
        names = [name for name in known if self.has_faults and (not self.only or name in self.only)]
        while names:
            random.shuffle(names)
            yield from names
