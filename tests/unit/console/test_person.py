"""How pages call a customer."""

from console.views.person import person


def test_a_name_comes_before_an_id() -> None:
    """A visitor without one is told from another by the begin of the id; an id of the tenant's own stays whole."""
    visitor = "visitor:200d3e0d01aa55bb200d3e0d01aa55bb"
    assert person("cus_pam", "Pam Ricci") == "Pam Ricci"
    assert person("cus_pam") == person("cus_pam", "") == "cus_pam"
    assert person(visitor) == "Visitor 200d"
    assert person(visitor, "Ann") == "Ann"
