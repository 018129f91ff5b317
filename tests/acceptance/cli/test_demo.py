"""`setright demo`: the first impression."""

from runtime.demo.scenarios import load_scenarios
from tests.acceptance.cli.conftest import Place


def test_every_ticket_of_the_demo_comes_out_as_it_should(place: Place) -> None:
    """On real servers, over HTTP, by the embedded assistant; twice in the same folder, for it begins anew each time."""
    for _ in range(2):
        report = place.run("demo", "--fast", "--json", "--data-dir", str(place.data_dir)).json()
        assert [ticket["mismatches"] for ticket in report["tickets"]] == [[]] * len(load_scenarios())
        assert report["as_expected"]
        assert report["actions"] == 4


def test_the_demo_removes_nothing_that_it_did_not_make(place: Place) -> None:
    """A folder with something in it is refused."""
    place.data_dir.mkdir()
    (place.data_dir / "thesis.txt").write_text("years of work")
    done = place.run("demo", "--fast", "--data-dir", str(place.data_dir))
    assert done.status == 5
    assert (place.data_dir / "thesis.txt").read_text() == "years of work"
