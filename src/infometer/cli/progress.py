"""A progress bar on stderr, where that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(doing: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show how much is done while the block runs.

    Parameters
    ----------
    doing : str
        What is shown beside the bar from the start.
    total : int, optional
        Steps, where they are known.

    Yields
    ------
    callable
        Takes what is done, the total (None keeps it), and what is being done (empty keeps it).
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task(doing, total=total)

        def show(done: int, of: int | None = None, what: str = "") -> None:
            bar.update(task, completed=done, total=of, description=what or None)

        yield show
