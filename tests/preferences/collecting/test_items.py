import pandas as pd
import pytest

from infometer.preferences.collecting import Item, read_items
from infometer.preferences.collecting.items import items_fingerprint


def written(folder, text, name="items.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_table_is_read_as_it_is_written(tmp_path):
    path = written(tmp_path, "text,name\n007,NA\n1.0,b\n")
    assert read_items(path) == (Item("NA", text="007"), Item("b", text="1.0"))


def test_parquet_folders_and_lines(tmp_path):
    pd.DataFrame({"text": ["x", "y"], "prompt": ["p", "p"]}).to_parquet(tmp_path / "i.parquet")
    assert read_items(tmp_path / "i.parquet")[1] == Item("y", text="y", prompt="p")
    for name in ("b.png", "a.JPG", "notes.md"):
        written(tmp_path, "", name)
    assert [item.name for item in read_items(tmp_path)] == ["a.JPG", "b.png"]
    assert len(read_items(written(tmp_path, "x\n\n y \n", "i.txt"))) == 2


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("words\nx\ny\n", "needs one that is called text or image"),
        ("text\nx\n", "1 items; expected at least 2"),
        ("text\nx\nx\n", "'x'; give every item a name"),
        ("text\nx\nTie\n", "called 'Tie'"),
        ("text,name\nx,a\n,b\n", "row 2 has no text and no image"),
        ("text,prompt\nx,p\ny,p\nz,q\n", "'q' has a single item"),
        ("text,prompt\nx,p\ny,p\nz,\nw,\n", "2 rows have no prompt"),
        ("image\n../out.png\nin.png\n", "lies outside"),
        ("image\nin.png\nlink.png\n", "lies outside"),
        ("image\nin.png\nin.svg\n", "no image that pages show"),
        ("image\nin.png\nabsent.png\n", "is not in"),
    ],
)
def test_what_cannot_be_compared_is_told(tmp_path, table, told):
    folder = tmp_path / "items"
    folder.mkdir()
    for path in (tmp_path / "out.png", folder / "in.png", folder / "in.svg"):
        path.write_bytes(b"")
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    with pytest.raises(ValueError, match=told):
        read_items(written(folder, table))


def test_other_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match="must be a"):
        read_items(written(tmp_path, "", "items.json"))


def test_a_fingerprint_knows_an_image_by_its_bytes_wherever_it_lies(tmp_path):
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    first.write_bytes(b"one")
    second.write_bytes(b"one")
    before = items_fingerprint([Item("x", image=first)])
    assert items_fingerprint([Item("x", image=second)]) == before
    first.write_bytes(b"two")
    assert items_fingerprint([Item("x", image=first)]) != before


def test_a_file_of_lines_in_another_encoding_is_named(tmp_path):
    (tmp_path / "i.txt").write_bytes("tea\ncafé\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"i\.txt' is no UTF-8 text"):
        read_items(tmp_path / "i.txt")
    (tmp_path / "i.txt").write_text("tea\ncafé\n", encoding="utf-8-sig")
    assert [item.name for item in read_items(tmp_path / "i.txt")] == ["tea", "café"]
