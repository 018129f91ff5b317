"""What the assistant got wrong and learns from: `correct`, `corrections`."""

from typing import Annotated, Literal

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, TicketArgument, examples

CORRECT_EPILOG = examples(
    "setright correct T-7H3K9QWZ --intent return_item",
    'setright correct T-7H3K9QWZ --reply "The refund is on its way; it takes five days."',
)
app = typer.Typer(
    name="corrections",
    help="List corrections, try them on held-out examples, accept or reject them.",
    epilog=examples("setright corrections --open", "setright corrections try 3 4", "setright corrections accept 3"),
    invoke_without_command=True,
)
CorrectionArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="As `corrections` lists them.")]


def correct(
    ticket: TicketArgument,
    *,
    intent: Annotated[
        str | None,
        typer.Option(
            "--intent", "--procedure", metavar="NAME", help="What the customer wants: a procedure, or out_of_scope."
        ),
    ] = None,
    reply: Annotated[
        str | None, typer.Option("--reply", metavar="TEXT", help="The reply as it should have been.")
    ] = None,
    seq: Annotated[
        int | None, typer.Option("--message", metavar="SEQ", min=1, help="Which message; the first.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A remark for the reviewer.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say that a ticket was read or answered wrongly; it teaches nothing before it is accepted."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out

    if (intent is None) == (reply is None):
        raise typer.BadParameter("say what: one of --intent and --reply")
    fields = {"intent": intent, "reply": reply, "seq": seq, "note": note}

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.correct(ticket, {name: it for name, it in fields.items() if it is not None})

    answer = run(send())
    if as_json:
        print_json(answer)
        return
    number = answer["id"]
    out().print(f"[good]{OK}[/good] Correction {number} is kept; `setright corrections try {number}` shows its effect.")


@app.callback()
def corrections(
    context: typer.Context,
    *,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that nobody has reviewed.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List corrections, edited replies among them, the newest first; their words are masked."""
    if context.invoked_subcommand is not None:
        return
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.corrections(open_only=open_only)

    answer = run(read())
    if as_json:
        print_json(answer["corrections"])
        return
    from runtime.cli.trust_answers import Correction
    from runtime.cli.views.trust import corrections_table

    found = [Correction.model_validate(it) for it in answer["corrections"]]
    if found:
        out().print(corrections_table(found))
    else:
        err().print("There are no corrections.")


@app.command(epilog=examples("setright corrections show 3"))
def show(
    correction: CorrectionArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Show one correction; of an edited reply what was taken out and what was put in."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import out

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.correction(correction)

    answer = run(read())
    if as_json:
        print_json(answer)
        return
    from runtime.cli.trust_answers import Correction
    from runtime.cli.views.trust import correction_view

    out().print(correction_view(Correction.model_validate(answer)))


@app.command(name="try", epilog=examples("setright corrections try", "setright corrections try 3 4 --json"))
def try_them(
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID…]", help="Left out: all that are open.")] = None,
    *,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what corrections would do to messages that no head was taught, before anybody accepts them."""
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import out

    async def read() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.try_corrections(ids or [])

    answer = run(read())
    if as_json:
        print_json(answer)
        return
    from runtime.cli.trust_answers import TriedCorrections
    from runtime.cli.views.trust import effect_view

    out().print(effect_view(TriedCorrections.model_validate(answer)))


@app.command(epilog=examples("setright corrections accept 3"))
def accept(
    correction: CorrectionArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Accept a correction: messages are read by a head that was taught it from the next one on."""
    _review(correction, "accepted", None, tenant, data_dir, as_json=as_json)


@app.command(epilog=examples('setright corrections reject 3 --reason "The first reading was right."'))
def reject(
    correction: CorrectionArgument,
    *,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Kept with the review.")] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Reject a correction, also one that was accepted before."""
    _review(correction, "rejected", reason, tenant, data_dir, as_json=as_json)


def _review(
    correction: int,
    verdict: Literal["accepted", "rejected"],
    reason: str | None,
    tenant: str | None,
    data_dir: DataDir,
    *,
    as_json: bool,
) -> None:
    from runtime.cli.connect import connected, run
    from runtime.cli.http import Answer
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out

    body = {"verdict": verdict} | ({"reason": reason} if reason is not None else {})

    async def send() -> Answer:
        async with connected(data_dir, tenant) as client:
            return await client.review_correction(correction, body)

    answer = run(send())
    if as_json:
        print_json(answer)
    else:
        out().print(f"[good]{OK}[/good] Correction {correction} is {verdict}.")
