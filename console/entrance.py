"""Puts the way in to the console into an application: routes, headers, and where those go who are not seated."""

from fastapi import FastAPI

from api.services import Services
from console.gate import Gate, NotSeated, answer_not_seated
from console.options import ConsoleOptions
from console.routers import oidc, sign_in
from console.security import ConsoleHeaders


def install_entrance(app: FastAPI, options: ConsoleOptions) -> None:
    """Install sign-in; the application is the API's, from `create_app`, and has not been started."""
    services: Services = app.state.services
    app.state.gate = Gate(services.deps, options)
    app.add_exception_handler(NotSeated, answer_not_seated)
    app.add_middleware(ConsoleHeaders)
    app.include_router(sign_in.router)
    app.include_router(oidc.router)
