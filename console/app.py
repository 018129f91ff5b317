"""The console: pages under /console, served by the API's process over the same services."""

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from api.services import Services
from console import assets, errors, live
from console.entrance import install_entrance
from console.gate import NotSeated, answer_not_seated
from console.options import ConsoleOptions
from console.routers import (
    approvals,
    autonomy,
    handoffs,
    inbox,
    knowledge,
    members,
    metrics,
    policy,
    ticket,
    ticket_approvals,
    ticket_history,
    ticket_moves,
)
from console.together import Together

#: Where it is served; its pages, scripts and cookies name it.
PATH = "/console"
_ROUTERS = (
    assets.router,
    live.router,
    inbox.router,
    approvals.router,
    handoffs.router,
    autonomy.router,
    knowledge.router,
    metrics.router,
    members.router,
    policy.router,
    ticket_history.router,
    ticket_approvals.router,
    ticket_moves.router,
    ticket.router,
)


def install(app: FastAPI, options: ConsoleOptions) -> None:
    """Serve the console beside the API that `app` is, which has not been started."""
    services: Services = app.state.services
    install_entrance(app, options)
    console = FastAPI(title="Setright console", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    console.state.services = services
    console.state.gate = app.state.gate
    console.state.lists = Together[HTMLResponse]()
    errors.install(console)
    console.add_exception_handler(NotSeated, answer_not_seated)
    for router in _ROUTERS:
        console.include_router(router)
    app.add_api_route(PATH, inbox.home, include_in_schema=False)  # without its slash it is no path of the mounted one
    app.mount(PATH, console)
