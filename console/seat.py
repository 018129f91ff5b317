"""Temporary."""
from typing import Annotated
from fastapi import Depends
from api.auth import Principal, Scope
from domain.model import Model

class Membership(Model):
    tenant: str
    role: str

class Seat(Model):
    operator_id: str
    name: str
    tenant: str
    tenants: tuple[Membership, ...]
    role: str
    csrf: str
    principal: Principal
    def may(self, scope: Scope) -> bool:
        return self.principal.may(scope)

async def _seated() -> Seat:
    return Seat(operator_id="you", name="You", tenant="meridian", tenants=(Membership(tenant="meridian", role="admin"), Membership(tenant="tidewater", role="admin")), role="admin", csrf="x",
      principal=Principal(key_id=0, tenant="meridian", operator_id="you", scopes=frozenset({"admin"}), roles=frozenset({"*"})))
Seated = Annotated[Seat, Depends(_seated)]
Posting = Annotated[Seat, Depends(_seated)]
