"""`setright tune`: thresholds from data, for a wanted precision."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, examples

EPILOG = examples(
    "setright tune examples/shop --image curve.svg",
    "setright tune . --tenant meridian --data labelled.jsonl --precision 0.95 --write",
)


def tune(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="The workspace: a folder of tenants.")],
    *,
    tenant: Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="Only this tenant.")] = None,
    precision: Annotated[
        float, typer.Option("--precision", metavar="SHARE", help="The share of answers that shall be right.")
    ] = 0.98,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="FILE", help='Labelled messages to judge on, one {"text", "intent"} a line; "oos": none.'
        ),
    ] = None,
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE", help="Write the curve of coverage and precision as SVG.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write each tenant's thresholds.yaml.")] = False,
    as_json: AsJson = False,
) -> None:
    """Choose from data how sure a reading must be to be acted on, intent by intent, and show what that covers.

    Without --data, the examples of the procedures are judged by cross-validation, with the shipped background messages
    as what no procedure handles. Customers write worse than examples: prefer messages of your own. Where the data are
    too few for the precision, no threshold is made up: that of all intents together stands in, or the built-in one.
    """
    from adapters.assistants.embedded.tuning import tune as choose
    from domain.errors import InvalidInput
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, err, out
    from runtime.cli.views.tuning import tuning_view
    from runtime.doctor.workspace_files import tenants_folder
    from runtime.tuning.curve import draw_curve
    from runtime.tuning.work import embedder, tenants_of, trial_of, tuning_json, write_thresholds

    if not 0 < precision < 1:
        raise InvalidInput("--precision is a share between 0 and 1, such as 0.98.")
    tenants = tenants_of(path, tenant)
    if (image is not None or data is not None) and len(tenants) > 1:
        raise InvalidInput(
            f"--image and --data are for one tenant; name it with --tenant: {', '.join(it.tenant for it in tenants)}."
        )
    judged_on = f"labelled messages of {data.name}" if data is not None else "the examples, cross-validated"
    model, found = embedder(), []
    for one in tenants:
        with err().status(one.tenant) as status:
            trial = trial_of(
                one, model, data, lambda name, done, of: status.update(f"{name}: {done} of {of} trainings")
            )
        tuning = choose(trial, precision)
        found.append(tuning_json(one.tenant, tuning, judged_on))
        if not as_json:
            out().print(tuning_view(one.tenant, tuning, judged_on))
        if image is not None:
            image.write_text(draw_curve(f"{one.name}: {judged_on}", tuning.curve, precision, tuning.common), "utf-8")
            err().print(f"{OK} {image}", style="quiet")
        if write:
            file = write_thresholds(tenants_folder(path) / one.tenant, tuning, judged_on)
            err().print(f"{OK} {file}", style="quiet")
    if as_json:
        print_json(found)
