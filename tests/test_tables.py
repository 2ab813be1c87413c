import os
import pickle

import numpy as np
import pandas as pd
import pytest

from infometer import tables


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_comes_back_as_it_was_written(tmp_path, suffix):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": rng.standard_normal(200) * 10.0 ** rng.integers(-300, 300, 200),
            "n": rng.integers(-(2**62), 2**62, 200),
            "word": ["tea, \"black\"\nand 'hot'"] * 200,
        }
    )
    tables.write_table(frame, tmp_path / "new" / f"table{suffix}")
    back = tables.read_table(tmp_path / "new" / f"table{suffix}")
    pd.testing.assert_frame_equal(back, frame, check_exact=True)


def test_words_that_look_missing_are_kept_where_they_are_asked_for(tmp_path):
    (tmp_path / "t.csv").write_text("text,label,x\nNA,None,NA\n,null,1\n", encoding="utf-8")
    assert tables.read_table(tmp_path / "t.csv")["label"].isna().all()
    frame = tables.read_table(tmp_path / "t.csv", verbatim=["label", "text", "other"])
    assert frame["label"].tolist() == ["None", "null"]
    assert frame["text"].isna().tolist() == [False, True]
    assert frame["x"].isna().tolist() == [True, False]


def test_a_named_index_is_data_and_is_written(tmp_path):
    frame = pd.DataFrame({"x": [1.5]}, index=pd.Index(["a"], name="layer"))
    tables.write_table(frame, tmp_path / "t.parquet")
    assert list(tables.read_table(tmp_path / "t.parquet")) == ["layer", "x"]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "t.parquet"
    tables.write_table(pd.DataFrame({"x": [1]}), path)
    with pytest.raises(Exception, match="x"):
        tables.write_table(pd.DataFrame({"x": [1, object()]}), path)
    assert tables.read_table(path)["x"].tolist() == [1]
    assert os.listdir(tmp_path) == ["t.parquet"]


def test_npz_blocks_become_columns(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.arange(6.0).reshape(3, 2), y=[1, 2, 3])
    frame = tables.read_table(tmp_path / "a.npz")
    assert list(frame) == ["x_0", "x_1", "y"]
    assert frame["x_1"].tolist() == [1.0, 3.0, 5.0]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros((2, 2, 2))}, r"'x' has shape \(2, 2, 2\)"),
        ({"x": np.zeros(2), "y": np.zeros(3)}, r"differ in length: .*'x': 2, 'y': 3"),
        ({"x": np.zeros((2, 1)), "x_0": np.zeros(2)}, "two arrays give the column 'x_0'"),
    ],
)
def test_arrays_that_are_no_columns_are_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        tables.read_table(tmp_path / "a.npz")


def test_an_absent_array_is_named_beside_those_that_are_there(tmp_path):
    np.savez(tmp_path / "a.npz", x=[1], labels=[2])
    with pytest.raises(ValueError, match="no array 'y'; it has 'x', 'labels'"):
        tables.read_arrays(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"names is the string 'x'.*\['x'\]"):
        tables.read_arrays(tmp_path / "a.npz", names="x")


class Bomb:
    def __reduce__(self):
        return pytest.fail, ("something was unpickled",)


def test_objects_are_never_unpickled(tmp_path):
    objects = np.empty(1, dtype=object)
    objects[0] = Bomb()
    np.savez(tmp_path / "a.npz", x=objects)
    with pytest.raises(ValueError, match="'x' holds Python objects and would need unpickling"):
        tables.read_arrays(tmp_path / "a.npz", names=["x"])
    (tmp_path / "b.npz").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ValueError, match=r"b\.npz' cannot be read as npz"):
        tables.read_arrays(tmp_path / "b.npz")


def test_a_compressed_csv_is_read_and_a_long_column_has_one_type(tmp_path):
    values = ["1"] * 300_000 + ["one"]
    pd.DataFrame({"x": values}).to_csv(tmp_path / "t.csv.gz", index=False)
    assert tables.read_table(tmp_path / "t.csv.gz")["x"].tolist() == values


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.npz"])
def test_a_damaged_file_gives_one_error_that_names_it(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x00\xff" if name != "a.csv" else b"")
    with pytest.raises(ValueError, match=f"{name}' cannot be read as "):
        tables.read_table(tmp_path / name)


def test_a_damaged_array_gives_the_same_error(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", x=np.random.default_rng(0).random(1000))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[1000:1100] = bytes(100)
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read as npz"):
        tables.read_arrays(tmp_path / "a.npz", names=["x"])


def test_an_absent_file_and_an_unknown_kind_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"tea\.csv"):
        tables.read_table(tmp_path / "tea.csv")
    (tmp_path / "tea.xlsx").touch()
    with pytest.raises(ValueError, match=r"must end in \.csv, \.csv\.gz, \.parquet or \.npz"):
        tables.read_table(tmp_path / "tea.xlsx")
    with pytest.raises(ValueError, match=r"must end in \.csv or \.parquet"):
        tables.write_table(pd.DataFrame(), tmp_path / "tea.npz")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.repeat(np.arange(20), 2), "discrete"),
        (np.repeat(np.arange(21), 2), "continuous"),
        (np.arange(5), "identifier"),
        ([0.0, 1.0, 1.0, None], "discrete"),
        ([0.5, 1.0, 2.0, 3.0], "continuous"),
        ([1e17, 2e17, 2e17], "continuous"),
        ([0.1, np.inf, 0.1], "continuous"),
        ([True, False, True], "discrete"),
        ([True, False], "discrete"),
        (["a", "b", "b"], "discrete"),
        (["a", "b", "c"], "identifier"),
        (pd.Categorical(["a", "b", "a"]), "discrete"),
        (pd.array([1, None, 1, 2], dtype="Int64"), "discrete"),
        (pd.date_range("2020-01-01", periods=3), "continuous"),
        (pd.date_range("2020-01-01", periods=3, tz="UTC"), "continuous"),
        ([7, 7, None], "constant"),
        ([None, None], "constant"),
    ],
)
def test_kinds(values, kind):
    assert tables.column_kinds(pd.DataFrame({"x": values})) == {"x": kind}


def test_a_column_of_lists_has_no_kind():
    with pytest.raises(ValueError, match="column 'x' holds a list"):
        tables.column_kinds(pd.DataFrame({"x": [[1], [2]]}))


def test_missing_values_are_counted_by_column():
    frame = pd.DataFrame({"a": [1, None, None], "b": ["u", "v", None], "c": [1, 2, 3]})
    with pytest.raises(ValueError, match=r"3 rows has missing values in a \(2\), b \(1\)"):
        tables.require_no_missing(frame)
    tables.require_no_missing(frame[["c"]])


def test_the_fingerprint_sees_values_types_shapes_and_order():
    x = np.arange(6.0)
    distinct = [
        (x,),
        (x.astype(np.float32),),
        (x.reshape(2, 3),),
        (x[:3], x[3:]),
        (x[3:], x[:3]),
        (pd.DataFrame({"x": x}),),
        (pd.DataFrame({"y": x}),),
        (pd.DataFrame({"x": ["a", None]}),),
        (pd.DataFrame({"x": ["a", "b"]}),),
        ("tea",),
        ("te", "a"),
        (np.array(["a", None], dtype=object),),
        (),
    ]
    assert len({tables.fingerprint(*arrays) for arrays in distinct}) == len(distinct)


def test_the_fingerprint_does_not_see_the_memory_layout():
    x = np.arange(12.0).reshape(3, 4)
    assert tables.fingerprint(np.asfortranarray(x)) == tables.fingerprint(x)
    assert tables.fingerprint(np.repeat(x, 2, axis=1)[:, ::2]) == tables.fingerprint(x)
    objects = np.array(["a", "b"], dtype=object)
    assert tables.fingerprint(objects) == tables.fingerprint(objects.copy())


def test_an_error_of_a_table_is_one_line(tmp_path):
    (tmp_path / "a.csv").write_text("a;b\n1;x,y\n2;x,y,z\n")
    with pytest.raises(ValueError, match="cannot be read as csv") as caught:
        tables.read_table(tmp_path / "a.csv")
    assert "\n" not in str(caught.value)


def test_text_of_a_csv_stays_as_it_is_written(tmp_path):
    (tmp_path / "t.csv").write_text("name,n\n007,1\n7.0,2\nNA,3\n,4\n")
    frame = tables.read_table(tmp_path / "t.csv", as_text=["name", "other"])
    assert frame["name"].tolist()[:3] == ["007", "7.0", "NA"]
    assert frame["name"].isna().tolist() == [False, False, False, True]
    assert frame["n"].tolist() == [1, 2, 3, 4]
