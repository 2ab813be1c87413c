import dataclasses
import json
import math
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from infometer import __version__
from infometer.contracts import Report
from infometer.reporting import report_to_json


def strict(text):
    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_the_document_says_what_it_is(tea):
    document = strict(report_to_json(tea))
    assert list(document) == [
        "schema_version",
        "library_version",
        "input_fingerprint",
        "question",
        "answer",
        "estimates",
        "findings",
        "tables",
        "settings",
        "provenance",
    ]
    assert document["schema_version"] == 1
    assert document["library_version"] == __version__
    assert document["input_fingerprint"] == "67e471180d6137d4"
    assert document["estimates"] == json.loads(json.dumps([e.to_dict() for e in tea.estimates]))
    assert document["findings"][0]["where"] == "pot"
    assert document["tables"]["Cups"][1]["cup"] == 7
    assert document["tables"]["All sips"][12] == {"sip": 12, "ml": None}
    assert report_to_json(tea) == report_to_json(dataclasses.replace(tea))


def test_what_json_lacks_is_written_in_what_it_has():
    settings = {
        "nan": math.nan,
        "infinity": -math.inf,
        "scalar": np.float32(0.5),
        "truth": np.bool_(True),
        "array": np.array([[1, 2]]),
        "missing": pd.NA,
        "no time": pd.NaT,
        "day": date(2025, 1, 2),
        "path": Path("tea"),
        "pair": (1, np.inf),
        3: {"deep": [math.nan]},
    }
    written = strict(report_to_json(Report("?", "!", settings=settings)))["settings"]
    assert written["nan"] is written["missing"] is written["no time"] is None
    assert float(written["infinity"]) == -math.inf
    assert (written["scalar"], written["truth"], written["array"]) == (0.5, True, [[1, 2]])
    assert (written["day"], written["pair"]) == ("2025-01-02", [1, "Infinity"])
    assert "tea" in written["path"]
    assert written["3"] == {"deep": [None]}


def test_integers_beside_missing_floats_stay_integers():
    frame = pd.DataFrame(
        {"n": [1, 2], "x": [0.5, math.nan]}, index=pd.Index(["a", "b"], name="cup")
    )
    written = strict(report_to_json(Report("?", "!", tables={"t": frame})))["tables"]["t"]
    assert written == [{"cup": "a", "n": 1, "x": 0.5}, {"cup": "b", "n": 2, "x": None}]
    assert isinstance(written[0]["n"], int)
