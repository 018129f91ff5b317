"""Forms of a page, as a browser without scripts would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from typing_extensions import override


@dataclass
class Form:
    """Where a form goes, and what it sends if nobody touches it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # names and values


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: dict[str, Form] = {}
        self.apart: list[tuple[str, str, str]] = []  # fields that stand elsewhere: of which form, name and value
        self._select = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(has.get("action", "")))
            self.ids[has.get("id", "")] = self.forms[-1]
        if tag == "input" and "name" in has and has.get("type") == "hidden" and "form" in has:
            self.apart.append((has["form"], has["name"], has.get("value", "")))
            return
        if not self.forms:
            return
        form = self.forms[-1]
        match tag:
            case "input" if "name" in has and (has.get("type") != "checkbox" or "checked" in has):
                form.fields[has["name"]] = has.get("value", "")
            case "textarea":
                form.fields[has["name"]] = ""
            case "select":
                self._select = has["name"]
            case "option" if "selected" in has:
                form.fields[self._select] = has["value"]
            case "button" if "disabled" not in has:
                form.buttons.append((has.get("name", ""), has.get("value", "")))
            case _:
                pass


def forms_of(html: str) -> list[Form]:
    """Every form of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    for form, name, value in reader.apart:
        if form in reader.ids:
            reader.ids[form].fields[name] = value
    return reader.forms


def form_with(html: str, action: str, button: tuple[str, str] | None = None) -> Form:
    """The form that goes there and has this button; an AssertionError where the page has none."""
    found = [it for it in forms_of(html) if it.action.endswith(action) and (button is None or button in it.buttons)]
    assert found, f"no form to {action} with {button}"
    return found[0]
