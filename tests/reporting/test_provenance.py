from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from infometer import __version__
from infometer.reporting import provenance
from infometer.tables import fingerprint


def test_provenance_says_versions_time_and_data():
    x, y = np.arange(3.0), pd.DataFrame({"label": ["a", "b", "a"]})
    told = provenance(x=x, y=y)
    assert told["fingerprint"] == fingerprint(x, y)
    assert told["infometer"] == __version__
    assert told["numpy"] == np.__version__
    assert datetime.fromisoformat(told["time"]).utcoffset() == timedelta(0)
    assert all(isinstance(value, str) for value in told.values())


def test_without_data_there_is_no_fingerprint_to_overwrite_another():
    assert "fingerprint" not in provenance()
