"""Operators as the console knows them: what a person is in each tenant that they serve."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from domain.approval import Role
from domain.ids import TenantId
from domain.model import Model

#: How an operator is named in rows and on the command line: `olga`.
OperatorId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]


class ProviderSignIn(Model):
    """A sign-in that has begun at an identity provider: where the browser goes, and what must fit what it brings back.

    `state` and `nonce` tie the answer to this browser and this attempt, `verifier` the code to whoever asked for it.
    """

    url: str
    state: str
    nonce: str
    verifier: str


class OperatorRole(StrEnum):
    """What an operator may do in a tenant; each may do what the one before may."""

    viewer = "viewer"  # read tickets and approvals
    operator = "operator"  # reply, take over, hand back, close
    approver = "approver"  # decide on approvals of their approval roles, pause actions
    admin = "admin"  # everything, members included

    def includes(self, other: "OperatorRole") -> bool:
        """Whether this role may do what the other may."""
        ranks = tuple(OperatorRole)
        return ranks.index(self) >= ranks.index(other)


class Membership(Model):
    """What an operator is in one tenant; `approves` are the approval roles they answer for, `*` for all."""

    tenant: TenantId
    role: OperatorRole
    approves: tuple[Role, ...] = ()
