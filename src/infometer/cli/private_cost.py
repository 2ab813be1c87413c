"""``infometer private-cost``: gigabytes and minutes of a transformer under encryption."""

from __future__ import annotations

import dataclasses
import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from infometer.cli.delivery import deliver
from infometer.cli.options import Json, Out
from infometer.extras import require

__all__ = ["private_cost"]

GPT2_SMALL = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257}


def private_cost(
    config: Annotated[
        Path | None,
        typer.Argument(help="A model's folder, or its config.json. Default: GPT-2 small."),
    ] = None,
    length: Annotated[int, typer.Option(min=1, help="Tokens of the forward pass.")] = 128,
    variant: Annotated[
        str | None,
        typer.Option(help="Blocks in place of the model's own, such as SM+LN+R or SM+ScFuFFN."),
    ] = None,
    protocol: Annotated[
        Path | None,
        typer.Option(help="Unit costs of a protocol, a JSON file. Default: bumblebee-2pc."),
    ] = None,
    out: Out = Path("infometer-private-cost"),
    json: Json = False,
) -> None:
    """What would a model cost if neither party saw the other's data, and what would save most?

    Reads the config alone, no weights.
    """
    require("matplotlib", "report")
    from infometer.attention import PrivateInferenceCost
    from infometer.reporting import provenance

    meter = PrivateInferenceCost() if protocol is None else PrivateInferenceCost(protocol)
    cost = meter.estimate(GPT2_SMALL if config is None else config, length, variant)
    figures = json_format.dumps(cost.to_dict(), sort_keys=True)
    report = dataclasses.replace(cost.report(), provenance=provenance(cost=figures))
    tables = {"cost": cost.to_frame(), "savings": cost.savings()}
    deliver(report, out, tables=tables, json=json)
