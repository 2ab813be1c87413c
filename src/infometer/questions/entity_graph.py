"""What stands together: entities joined by the sentences and the relations that name both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infometer.questions.entities import Entity
from infometer.questions.records import Chunk
from infometer.questions.sentences import split_sentences
from infometer.questions.verbs import main_clause
from infometer.resampling import generator

__all__ = ["EntityGraph", "Link", "build_entity_graph", "sample_paths"]


@dataclass(frozen=True)
class Link:
    """One sentence in which two entities stand together.

    Parameters
    ----------
    chunk : str
    sentence : str
    relation : str
        The verb, where the first entity is its subject and the second stands after it; else "".

    Examples
    --------
    >>> Link("a#1", "The BS uses SIC.", "uses").relation
    'uses'
    """

    chunk: str
    sentence: str
    relation: str = ""


@dataclass(frozen=True)
class EntityGraph:
    """Entities, and the links between each two of them.

    Parameters
    ----------
    entities : mapping of surface to Entity
    links : mapping of (surface, surface) to tuple of Link
        Both orders of a pair are kept.
    mentions : mapping of surface to tuple of chunk ids
    """

    entities: Mapping[str, Entity]
    links: Mapping[tuple[str, str], tuple[Link, ...]]
    mentions: Mapping[str, tuple[str, ...]]

    def neighbours(self, surface: str) -> list[str]:
        """Entities that share a sentence with this one, sorted."""
        return sorted(second for first, second in self.links if first == surface)

    @property
    def triples(self) -> list[tuple[str, str, str]]:
        """(subject, verb, object), sorted."""
        found = {
            (first, link.relation, second)
            for (first, second), links in self.links.items()
            for link in links
            if link.relation
        }
        return sorted(found)


def build_entity_graph(chunks: Sequence[Chunk], entities: Sequence[Entity]) -> EntityGraph:
    """Join the entities that stand in one sentence.

    Parameters
    ----------
    chunks : sequence of Chunk
    entities : sequence of Entity

    Returns
    -------
    EntityGraph

    Examples
    --------
    >>> chunk = Chunk("a#1", "a", "", "The BS uses SIC for decoding.")
    >>> known = [Entity("BS", "acronym", "", "a#1"), Entity("SIC", "acronym", "", "a#1")]
    >>> build_entity_graph([chunk], known).triples
    [('BS', 'uses', 'SIC')]
    """
    by_surface = {entity.surface: entity for entity in entities}
    ordered = sorted(by_surface, key=lambda surface: (-len(surface), surface))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)")
    links: dict[tuple[str, str], list[Link]] = {}
    mentions: dict[str, list[str]] = {}
    for chunk in chunks:
        for sentence in split_sentences(chunk.text) if ordered else []:
            clause = main_clause(sentence)
            places = {found[0]: found.start() for found in pattern.finditer(sentence)}
            for surface in places:
                if chunk.id not in mentions.setdefault(surface, []):
                    mentions[surface].append(chunk.id)
            subject = len(clause.subject) if clause else 0
            for first, start in places.items():
                for second, other in places.items():
                    if first != second:
                        named = clause is not None and start < subject <= other
                        verb = clause.verb if clause and named else ""
                        links.setdefault((first, second), []).append(Link(chunk.id, sentence, verb))
    return EntityGraph(
        by_surface,
        {pair: tuple(found) for pair, found in links.items()},
        {surface: tuple(found) for surface, found in mentions.items()},
    )


def sample_paths(
    graph: EntityGraph, hops: int, n: int, random_state: Any = None
) -> list[tuple[tuple[str, ...], tuple[Link, ...]]]:
    """Draw paths of so many hops, each hop from a chunk of its own.

    Parameters
    ----------
    graph : EntityGraph
    hops : {1, 2, 3}
    n : int
        Most to draw; fewer where the graph has fewer.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    list of (entities, links)
        ``hops + 1`` surfaces, and a link for each hop; no path twice, nor its reverse.

    Raises
    ------
    ValueError
        For another number of hops.

    Examples
    --------
    >>> chunk = Chunk("a#1", "a", "", "The BS uses SIC for decoding.")
    >>> known = [Entity("BS", "acronym", "", "a#1"), Entity("SIC", "acronym", "", "a#1")]
    >>> [path for path, _ in sample_paths(build_entity_graph([chunk], known), 1, 5, 0)]
    [('SIC', 'BS')]
    """
    if hops not in (1, 2, 3):
        raise ValueError(f"hops is {hops}; expected 1, 2 or 3")
    draw = generator(random_state, "paths", hops)
    around: dict[str, list[str]] = {}
    for first, second in sorted(graph.links):
        around.setdefault(first, []).append(second)
    starts = sorted(around)
    found: dict[tuple[str, ...], tuple[Link, ...]] = {}
    for _ in range(20 * n if starts else 0):
        if len(found) == n:
            break
        path = [starts[draw.integers(len(starts))]]
        chosen: list[Link] = []
        for _ in range(hops):
            step = [other for other in around[path[-1]] if other not in path]
            nearest = step[draw.integers(len(step))] if step else None
            used = {link.chunk for link in chosen}
            options = [] if nearest is None else [
                link for link in graph.links[path[-1], nearest] if link.chunk not in used
            ]  # fmt: skip
            if nearest is None or not options:
                break
            chosen.append(options[draw.integers(len(options))])
            path.append(nearest)
        if len(chosen) == hops and tuple(reversed(path)) not in found:
            found.setdefault(tuple(path), tuple(chosen))
    return list(found.items())
