"""What does each column of a table know about the target? Alone, in pairs, and together.

`measure_table` takes a table of any types and the name of a column; `TableMeasurement` has the
answer. `read_columns` says how the columns are read, `interaction_information` is what two columns
tell beyond what each tells alone.
"""

from infometer.measure.interaction import (
    Interaction,
    information_gain,
    interaction_information,
)
from infometer.measure.table_columns import ReadColumn, read_columns
from infometer.measure.table_measurement import measure_table
from infometer.measure.table_result import TableMeasurement

__all__ = [
    "Interaction",
    "ReadColumn",
    "TableMeasurement",
    "information_gain",
    "interaction_information",
    "measure_table",
    "read_columns",
]
