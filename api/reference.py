"""The API's reference as a page: made from the OpenAPI document, without scripts and without asking another host.

FastAPI's own pages load their code from a CDN: blank behind a firewall, and a stranger's script beside your keys.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin-top: 2rem; border-bottom: 1px solid #8884 }
details { margin: .4rem 0; padding: .3rem .6rem; border: 1px solid #8884; border-radius: .4rem }
summary { cursor: pointer } code, pre { font: 13px/1.45 ui-monospace, monospace }
.method { display: inline-block; min-width: 3.5rem; font-weight: 600 } pre { white-space: pre-wrap }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def reference(document: Mapping[str, Any]) -> str:
    """The page for an OpenAPI document, grouped by tag."""
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append(_operation(method, path, operation))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(found)}" for tag, found in groups.items())
    title = escape(f"{document['info']['title']} API")
    about = escape(document["info"].get("description", ""))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<body><h1>{title}</h1><p>{about}</p>"
        "<p>Send <code>Authorization: Bearer srk_…</code>. The whole document: "
        '<a href="/openapi.json">openapi.json</a></p>'
        f"{body}</body></html>"
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    parameters = "".join(_rows(operation))
    about = escape(operation.get("description", ""))
    answers = ", ".join(f"{code} {escape(answer['description'])}" for code, answer in operation["responses"].items())
    return (
        f'<details><summary><span class="method">{method.upper()}</span> <code>{escape(path)}</code> '
        f"{escape(operation.get('summary', ''))}</summary><p>{about}</p><table>{parameters}</table>"
        f"<p>Answers: {answers}</p></details>"
    )


def _rows(operation: Mapping[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        name, place = escape(parameter["name"]), escape(parameter["in"])
        about = escape(parameter.get("description", ""))
        yield f"<tr><td><code>{name}</code></td><td>{place}</td><td>{about}</td></tr>"
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        name = str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2]
        if name:
            yield f"<tr><td><code>{escape(name)}</code></td><td>body</td><td>see components in openapi.json</td></tr>"
