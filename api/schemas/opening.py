"""What opens a ticket."""

from pydantic import Field

from api.schemas.base import ExternalId, OneLine, example
from api.schemas.messages import WordsBody
from domain.ids import CustomerId
from domain.ticket import Channel, IdentityLevel


class TicketBody(WordsBody):
    """The first message of a ticket, and whose it is."""

    model_config = example(
        customer_id="yusuf_rossi_9620",
        text="I sent my headphones back three weeks ago and still have no money.",
        channel="web",
        identity="proven",
        external_id="web-88213",
    )

    customer_id: CustomerId = Field(description="The customer, as your system of record names them.")
    channel: Channel = "api"
    identity: IdentityLevel = Field(
        default=IdentityLevel.anonymous,
        description="How well you know that the writer is the customer. Anything but `anonymous` needs the scope"
        " identity_assert; private data and writes need `proven`. The channel may say more by itself (an email is a"
        " claim), and may allow no more than it says in tenant.yaml.",
    )
    external_id: ExternalId | None = Field(
        default=None, description="Your own id of this message: a second delivery is recognised by it."
    )
    subject: OneLine | None = None


class FollowUpBody(WordsBody):
    """The first message of a ticket that goes on where a closed one ended."""

    model_config = example(text="The refund you promised has not come.")

    external_id: ExternalId | None = None
    subject: OneLine | None = None
