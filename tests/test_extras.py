import subprocess
import sys

import pytest

from infometer.extras import MissingExtraError, lazy_name, require


def test_an_absent_package_gives_the_line_that_installs_it():
    with pytest.raises(MissingExtraError, match=r'pip install "infometer\[report\]"') as caught:
        require("no_such_package.part", "report")
    assert caught.value.extra == "report"
    assert isinstance(caught.value, ImportError)


def test_a_broken_package_is_not_called_absent(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency") as caught:
        require("broken_package", "report")
    assert not isinstance(caught.value, MissingExtraError)
    assert "broken_package" not in sys.modules


@pytest.mark.parametrize("room", ["bottleneck", "tracing"])
def test_a_room_of_torch_says_what_to_install(room):
    """In a process of its own that has no torch: the modules here are loaded already."""
    script = f"import sys; sys.modules['torch'] = None; import infometer.{room}"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stderr.strip().endswith('run: pip install "infometer[torch]"')


def test_a_lazy_name_says_what_is_missing_or_unknown(tmp_path, monkeypatch):
    (tmp_path / "lazy_room").mkdir()
    (tmp_path / "lazy_room" / "__init__.py").touch()
    (tmp_path / "lazy_room" / "probe.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    home = {"Probe": "probe"}
    with pytest.raises(MissingExtraError, match=r"infometer\[torch\]"):
        lazy_name("lazy_room", "Probe", home, {"no_such_dependency": "torch"})
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency") as caught:
        lazy_name("lazy_room", "Probe", home, {})
    assert not isinstance(caught.value, MissingExtraError)
    with pytest.raises(AttributeError, match="'lazy_room' has no attribute 'Other'"):
        lazy_name("lazy_room", "Other", home, {})
