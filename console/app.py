"""The console: pages under /console, served by the API's process over the same services."""

from fastapi import FastAPI

from api.services import Services
from console import assets, errors, live
from console.routers import inbox

#: Where it is served; its pages, scripts and cookies name it.
PATH = "/console"
_ROUTERS = (assets.router, live.router, inbox.router)


def install(app: FastAPI) -> None:
    """Serve the console beside the API that `app` is."""
    services: Services = app.state.services
    console = FastAPI(title="Setright console", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    console.state.services = services
    errors.install(console)
    for router in _ROUTERS:
        console.include_router(router)
    app.mount(PATH, console)
