"""The command line: enrol customers, tell them events, see where they stand, simulate. `python starter.py --help`."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from console.output import out
from console.usage import run_words
from lifecycle.domain.enums import Band, Outcome, Stage, Tier, TouchKind
from lifecycle.domain.errors import Mistake
from runtime.process.command import run_command
from runtime.process.exit import run_and_exit

HERE = Path(__file__).parent
PLAYBOOK = HERE / "playbooks" / "standard.yaml"

app = typer.Typer(
    name="starter.py",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Durable customer-lifecycle playbooks on Temporal. Where it connects to: TEMPORAL_ADDRESS and the other TEMPORAL_* "
    "variables or a profile, else the dev server that runs here ([bold]make dev[/bold]).",
)

CustomerId = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id, as in the file it was enrolled from.")]
Play = Annotated[str, typer.Argument(metavar="PLAY", help="The play's name in the playbook.")]
Why = Annotated[str, typer.Option(help="The reason; it stands in the timeline.")]
By = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so; it stands in the timeline. [default: your login name]")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a command's coroutine to its end, and leave with its status."""
    if status := asyncio.run(work):
        raise typer.Exit(status)


def _version(wanted: bool) -> None:
    if wanted:
        import tomllib

        about = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        out.print(f"{about['name']} {about['version']}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")] = False,
) -> None:
    """Nothing but what every command shares."""


# ---- the whole stack


@app.command(rich_help_panel="The whole stack")
def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="End by itself instead of staying up until Ctrl-C.")] = False,
    examples: Annotated[Path, typer.Option(metavar="FOLDER", help="Where customers.csv and events.csv lie.")] = HERE / "examples",
) -> None:
    """Twelve customers live sixteen months on a real Temporal server, in under a minute."""
    from console.commands.demo import run_demo
    from runtime.process.signals import until_stopped

    work = run_demo(out, stay=not exit_, examples=examples)
    run(work if exit_ else until_stopped(work))


@app.command(rich_help_panel="The whole stack")
def dev() -> None:
    """Temporal with its UI, a worker and the gateway, lasting, under .evergreen/ (or EVERGREEN_HOME)."""
    from console.commands.dev import run_dev
    from gateway.startup import gateway_settings_from_env
    from runtime.environment import settings_from_env
    from runtime.process.signals import until_stopped

    run(until_stopped(run_dev(out, settings_from_env(), gateway_settings_from_env())))


@app.command(rich_help_panel="The whole stack")
def setup(as_json: Json = False) -> None:
    """Register the search attributes on the Temporal that TEMPORAL_* names; once, and twice does no harm."""
    from console.commands.setup import set_up

    run(set_up(as_json=as_json))


@app.command(rich_help_panel="The whole stack")
def migrate(as_json: Json = False) -> None:
    """Bring the ledger's database (EVERGREEN_DATABASE_URL) to the version that this build needs; twice does no harm.

    Workers of the build before go on meanwhile, and afterwards. A new database, and a SQLite file, need no such command.
    """
    from console.commands.migrate import migrate_database

    run(migrate_database(as_json=as_json))


# ---- customers


@app.command(rich_help_panel="Customers")
def enroll(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Customers as CSV; examples/customers.csv shows the columns.")],
    playbook: Annotated[str, typer.Option(help="A published playbook's name, name@version, or a file to publish.")] = "standard",
    map_name: Annotated[
        str | None,
        typer.Option(
            "--map", metavar="MAP", help="What FILE calls our columns: a shipped map, such as hubspot-companies, or a file of your own."
        ),
    ] = None,
    shift: Annotated[
        bool, typer.Option("--shift", help="Move all dates ahead of today by whole 52-week years: to try an example.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Enrol nobody: show what would go out in the next thirty days, and what looks wrong.")
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Tell those who are enrolled already what FILE says otherwise of them; what it leaves out stays."),
    ] = False,
    paused: Annotated[bool, typer.Option("--paused", help="Enrol them paused: nothing goes out until 'resume'.")] = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Enrol every customer of FILE. One that is enrolled already is left as it is; a bad row is told with its line.

    Example:  starter.py enroll examples/customers.csv --shift
    """
    from console.commands.enroll import enroll_file
    from console.operator_name import operator_name

    paused_by = operator_name(by) if paused else None
    updated_by = operator_name(by) if update else None
    run(
        enroll_file(
            file, playbook, map_name=map_name, shift=shift, dry_run=dry_run, paused_by=paused_by, updated_by=updated_by, as_json=as_json
        )
    )


@app.command(rich_help_panel="Customers")
def event(
    customer: CustomerId,
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="What happened, such as meeting.held or contract.renewed.")],
    data: Annotated[
        list[str], typer.Option("--data", "-d", metavar="KEY=VALUE", help="A field of the event; give it as often as need be.")
    ] = [],  # noqa: B006
    id_: Annotated[
        str | None, typer.Option("--id", help="The event's own id: told again it changes nothing. [default: made of what is said]")
    ] = None,
    at: Annotated[str | None, typer.Option(help="When it is told, by the customer's clock. [default: now]")] = None,
    happened: Annotated[str | None, typer.Option(help="When it came about, if that was before.")] = None,
    as_json: Json = False,
) -> None:
    """Tell CUSTOMER what happened; answered when it is taken in, or refused with the reason.

    Example:  starter.py event nordwind meeting.held --data meeting=kickoff --data by="Jonas Weber"
    """
    from console.commands.event import tell_event

    run(tell_event(customer, type_, name=id_, pairs=data, at=at, happened=happened, as_json=as_json))


@app.command("import", rich_help_panel="Customers")
def import_(
    file: Annotated[Path, typer.Argument(metavar="EVENTS", help="Events as CSV, or .ndjson with a JSON object a line.")],
    history: Annotated[
        bool, typer.Option("--history", help="They are past: they change what is known, and start and answer nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Tell what a file of events says, each once; begun again it goes on where it was.

    Example:  starter.py import events.csv --history
    """
    from console.commands.import_events import import_events

    run(import_events(file, history=history, as_json=as_json))


@app.command(rich_help_panel="Customers")
def status(customer: CustomerId, as_json: Json = False) -> None:
    """Where CUSTOMER stands, why it sleeps and what comes next."""
    from console.commands.status import show_status

    run(show_status(customer, as_json=as_json))


@app.command(rich_help_panel="Customers")
def timeline(customer: CustomerId, as_json: Json = False) -> None:
    """What happened to CUSTOMER and what was done, oldest first."""
    from console.commands.timeline import show_timeline

    run(show_timeline(customer, as_json=as_json))


@app.command("list", rich_help_panel="Customers")
def list_(
    stage: Annotated[Stage | None, typer.Option(help="Those in this stage; 'closed' lists those whose life is over.")] = None,
    tier: Annotated[Tier | None, typer.Option(help="Those of this tier.", case_sensitive=False)] = None,
    health: Annotated[Band | None, typer.Option(help="Those of this health.")] = None,
    owner: Annotated[str | None, typer.Option(help="Those that this person answers for; a part of the name will do.")] = None,
    paused: Annotated[bool, typer.Option("--paused", help="Those that are paused.")] = False,
    as_json: Json = False,
) -> None:
    """List customers by what they are.

    Example:  starter.py list --tier A --health red --owner "Kim Lee"
    """
    from console.commands.list import show_list
    from console.customer_list import Filter

    run(show_list(Filter(stage, tier, health, owner, paused), as_json=as_json))


# ---- operations

OneCustomer = Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="The customer's id, as in the file it was enrolled from.")]
Query = Annotated[str | None, typer.Option(metavar="QUERY", help="""Many of them, as Temporal lists: 'Stage="growth" AND Tier="B"'.""")]
Rate = Annotated[float, typer.Option(metavar="N", min=0.1, max=1000, help="Customers a second, at most.")]


@app.command(rich_help_panel="Operations")
def pause(customer: OneCustomer = None, query: Query = None, why: Why = "", by: By = None, rate: Rate = 20, as_json: Json = False) -> None:
    """Hold every touch to CUSTOMER, or to all whom the query finds, back; events are still taken in.

    Example:  starter.py pause nordwind --why "merger under way"
    """
    from console.commands.pause import pause_customer, pause_many
    from console.many_customers import only_one
    from console.operator_name import operator_name

    only_one(customer, query)
    if customer is not None:
        run(pause_customer(customer, why, operator_name(by), as_json=as_json))
    elif query is not None:
        run(pause_many(query, why, operator_name(by), rate, as_json=as_json))


@app.command(rich_help_panel="Operations")
def resume(customer: OneCustomer = None, query: Query = None, why: Why = "", by: By = None, rate: Rate = 20, as_json: Json = False) -> None:
    """Let touches to CUSTOMER, or to all whom the query finds, go again, those that are still inside their window.

    Example:  starter.py resume --query 'Paused = true AND Tier = "B"' --rate 5
    """
    from console.commands.resume import resume_customer, resume_many
    from console.many_customers import only_one
    from console.operator_name import operator_name

    only_one(customer, query)
    if customer is not None:
        run(resume_customer(customer, why, operator_name(by), as_json=as_json))
    elif query is not None:
        run(resume_many(query, why, operator_name(by), rate, as_json=as_json))


@app.command(rich_help_panel="Operations")
def skip(customer: CustomerId, play: Play, why: Why = "", by: By = None, as_json: Json = False) -> None:
    """Drop the next planned occurrence of PLAY, or what it has running."""
    from console.commands.skip import skip_play
    from console.operator_name import operator_name

    run(skip_play(customer, play, why, operator_name(by), as_json=as_json))


@app.command("run-now", rich_help_panel="Operations")
def run_now(customer: CustomerId, play: Play, why: Why = "", by: By = None, as_json: Json = False) -> None:
    """Take the planned occurrence of PLAY forward to now; it does not come a second time."""
    from console.commands.run_now import run_play_now
    from console.operator_name import operator_name

    run(run_play_now(customer, play, why, operator_name(by), as_json=as_json))


Everything = Annotated[bool, typer.Option("--all", help="Everything, of all customers.")]
Channel = Annotated[TouchKind | None, typer.Option(help="What goes this way.", case_sensitive=False)]
PlaybookName = Annotated[str | None, typer.Option("--playbook", metavar="NAME", help="What this playbook does.")]
PlayName = Annotated[str | None, typer.Option("--play", metavar="NAME", help="What this play does.")]
Of = Annotated[str | None, typer.Option("--customer", metavar="ID", help="What is for this customer.")]


@app.command(rich_help_panel="Operations")
def hold(
    everything: Everything = False,
    channel: Channel = None,
    playbook: PlaybookName = None,
    play: PlayName = None,
    customer: Of = None,
    why: Annotated[str, typer.Option(help="The reason; it stands in the timeline of every customer whom it holds up.")] = "",
    by: By = None,
    list_: Annotated[bool, typer.Option("--list", help="Show the holds that stand, and place none.")] = False,
    as_json: Json = False,
) -> None:
    """The stop button: nothing of what is chosen acts any more, on any worker, when this has answered.

    What is held waits for the end of its window, or for 'release'. Several options narrow it down.

    Example:  starter.py hold --channel email --why "wrong price list"
    """
    from console.commands.hold import hold_touches, show_holds
    from console.holds import Chosen

    chosen = Chosen(everything, channel, playbook, play, customer)
    if list_ and (not chosen.nothing or why):
        raise Mistake("--list shows the holds that stand: give it alone, or leave it out to place one.")
    run(show_holds(as_json=as_json) if list_ else hold_touches(chosen, why, by, as_json=as_json))


@app.command(rich_help_panel="Operations")
def release(
    number: Annotated[int | None, typer.Argument(metavar="[NUMBER]", help="The hold's number, as 'hold --list' shows it.")] = None,
    everything: Everything = False,
    channel: Channel = None,
    playbook: PlaybookName = None,
    play: PlayName = None,
    customer: Of = None,
    why: Why = "",
    by: By = None,
    rate: Rate = 20,
    as_json: Json = False,
) -> None:
    """Release a hold, by its number or by the options it was placed with: what it has kept goes, tier by tier, inside its window.

    Killed and begun again it goes on.

    Example:  starter.py release 3
    """
    from console.commands.release import release_hold
    from console.holds import Chosen

    run(release_hold(number, Chosen(everything, channel, playbook, play, customer), why, by, rate, as_json=as_json))


@app.command(rich_help_panel="Operations")
def correct(
    customer: CustomerId,
    fields: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE...", help="What is so: language=de, contract_start=2026-03-01, attr:crm=CRM-17.")
    ],
    why: Annotated[str, typer.Option(help="Why it was not so before; it stands in the timeline.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Put right what is known of a customer: any field that enrolment has, its contract's dates and value, its own attributes.

    Example:  starter.py correct acme language=de company_size=40 --why "a typing error"
    """
    from console.commands.correct import correct_customer
    from console.operator_name import operator_name

    run(correct_customer(customer, fields, why, operator_name(by), as_json=as_json))


@app.command(rich_help_panel="Operations")
def remove(
    customer: CustomerId,
    why: Annotated[str, typer.Option(help="Why it should not have been enrolled; it stands in the timeline.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """End the life of a customer that was enrolled by mistake: no farewell, nothing more goes out. The id can be enrolled again."""
    from console.commands.remove import remove_customer
    from console.operator_name import operator_name

    run(remove_customer(customer, why, operator_name(by), as_json=as_json))


Who = Annotated[str, typer.Argument(metavar="CUSTOMER|ADDRESS", help="A customer's id, or a person's email address.")]


@app.command(rich_help_panel="Operations")
def export(who: Who) -> None:
    """Print all that is kept of a customer, or of a person in every customer that knows it, as one JSON document.

    Example:  starter.py export ana@nordwind.example
    """
    from console.commands.export import export as export_all

    run(export_all(who))


@app.command(rich_help_panel="Operations")
def erase(who: Who, why: Annotated[str, typer.Option(help="Who asked for it, or why.")], by: By = None, as_json: Json = False) -> None:
    """Take a customer, or a person in every customer that knows it, out of all that is kept; it says what was done and what stays.

    A customer's life ends without a word to anybody. There is no way back. Killed and given again it goes on.

    Example:  starter.py erase ana@nordwind.example --why "asked for it on 3 May"
    """
    from console.commands.erase import erase as erase_all
    from console.operator_name import operator_name

    run(erase_all(who, why, operator_name(by), as_json=as_json))


@app.command(rich_help_panel="Operations")
def heal(customer: CustomerId, why: Why = "", by: By = None, as_json: Json = False) -> None:
    """Take a life up again whose workflow was terminated at the Temporal server: it goes on where it stood, and nothing is done twice."""
    from console.commands.heal import heal_customer
    from console.operator_name import operator_name

    run(heal_customer(customer, why, operator_name(by), as_json=as_json))


@app.command(rich_help_panel="Operations")
def outbox(as_json: Json = False) -> None:
    """Make the page of what lies in the outbox, by day and person, and say where it is; its mails open by a double click.

    Example:  starter.py outbox
    """
    from console.commands.outbox import make_outbox_page

    make_outbox_page(as_json=as_json)


@app.command(rich_help_panel="Operations")
def touches(
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="This customer's alone.")] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Those of which nobody knows whether they were sent.")] = False,
    outcome: Annotated[Outcome | None, typer.Option(help="Those of which this has become.")] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1_000_000, help="The newest N. [default: 100, of the unknown all]")
    ] = None,
    as_json: Json = False,
) -> None:
    """The touches that the ledger has, oldest first: what became of each, and why.

    Example:  starter.py touches --unknown
    """
    from console.commands.touches import show_touches

    run(show_touches(customer, Outcome.UNKNOWN if unknown else outcome, limit, as_json=as_json))


@app.command(rich_help_panel="Operations")
def resolve(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The touch's key, as 'touches --unknown' shows it.")],
    sent: Annotated[bool | None, typer.Option("--sent/--not-sent", help="What became of it.")] = None,
    again: Annotated[bool, typer.Option("--again", help="It was not sent, and is to be done again under the same key.")] = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Say what became of a touch of which nobody knew whether it was sent. One word on a touch stands.

    Done again, it is looked at as if it were due now: condition, addressee, hours and contact policy may hold it back.

    Example:  starter.py resolve nordwind/1/welcome/1/email-welcome --not-sent --again
    """
    from console.commands.resolve import resolve_touch

    run(resolve_touch(key, sent, by, again=again, as_json=as_json))


@app.command("fast-forward", rich_help_panel="Operations")
def fast_forward(
    customer: CustomerId,
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="How far: 30d, 12h, 2w or 3mo.")],
    as_json: Json = False,
) -> None:
    """Move CUSTOMER's own clock on, with all that falls due on the way. On a dev server only.

    Example:  starter.py fast-forward nordwind 30d
    """
    from console.commands.fast_forward import move_clock

    run(move_clock(customer, duration, as_json=as_json))


# ---- builds


deploy = typer.Typer(no_args_is_help=True, help="Builds of the code, and the lives that move from one to the next.")
app.add_typer(deploy, name="deploy", rich_help_panel="Operations")


@deploy.command("status")
def deploy_status(as_json: Json = False) -> None:
    """Which builds there are, which is current, and how many lives and workers each has."""
    from console.commands.deploy_status import show_builds

    run(show_builds(as_json=as_json))


@deploy.command("promote")
def deploy_promote(
    build: Annotated[
        str | None, typer.Argument(metavar="[BUILD]", help="A build that has a worker. [default: that of the code here]")
    ] = None,
    ramp: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Give it this share of the runs that begin, such as 10%; 0% ends that.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make BUILD current: runs that begin, and those that continue as new, go there. Going back is promoting the old one.

    A ramp to another build ends with that.

    Example:  starter.py deploy promote --ramp 10%
    """
    from console.commands.deploy_promote import promote_build

    run(promote_build(build, ramp, as_json=as_json))


@deploy.command("drain")
def deploy_drain(
    build: Annotated[
        str | None, typer.Option(metavar="OLD", help="The lives of this build alone. [default: of all but the current]")
    ] = None,
    rate: Annotated[float, typer.Option(metavar="N", min=0.1, max=1000, help="Lives a second, at most.")] = 60,
    patience: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, max=86_400, help="How long nothing may move before it says what is left.")
    ] = 60,
    as_json: Json = False,
) -> None:
    """Move the lives that sleep on old builds to the current one; killed and begun again it goes on.

    Ends with status 0 when none is left, else with 1 and the reasons. Keep the old build's workers running meanwhile.
    """
    from datetime import timedelta

    from console.commands.deploy_drain import drain_builds

    run(drain_builds(build, rate, timedelta(seconds=patience), as_json=as_json))


# ---- the record

record = typer.Typer(no_args_is_help=True, help="What lists, reports and pages read of every customer.")
app.add_typer(record, name="record", rich_help_panel="Operations")


@record.command("rebuild")
def record_rebuild(as_json: Json = False) -> None:
    """Make customers and tasks of the record anew from workflows and ledger; killed and begun again it goes on.

    Lines of what happened stay as they were written.
    """
    from console.commands.record_rebuild import rebuild_record

    run(rebuild_record(as_json=as_json))


# ---- playbooks


@app.command(rich_help_panel="Playbooks")
def simulate(
    only: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...", help="These alone.")] = None,
    customers: Annotated[Path, typer.Option(help="Customers as CSV.")] = HERE / "examples" / "customers.csv",
    events: Annotated[Path | None, typer.Option(help="Events as CSV. [default: those of the examples, for their customers]")] = None,
    playbook: Annotated[Path, typer.Option(help="A playbook's file.")] = PLAYBOOK,
    until: Annotated[str | None, typer.Option(help="Until when, by each customer's clock. [default: sixteen months]")] = None,
    as_json: Json = False,
) -> None:
    """Live the customers' lives without a server, and print the timelines that Temporal would give.

    Example:  starter.py simulate nordwind --until 2026-06-01 --playbook playbooks/ten-milestones.yaml
    """
    from console.commands.simulate import show_simulation

    examples = HERE / "examples"
    if events is None and customers == examples / "customers.csv":
        events = examples / "events.csv"
    raise typer.Exit(show_simulation(customers, events, playbook, until=until, only=only or [], as_json=as_json))


@app.command(rich_help_panel="Playbooks")
def lint(
    file: Annotated[Path, typer.Argument(metavar="PLAYBOOK", help="A playbook's file.")],
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for faults.")] = False,
    as_json: Json = False,
) -> None:
    """Check a playbook and its templates; every fault and every warning is told with file and line.

    Warnings are of what reads and may yet not be meant; without --strict they leave the exit status 0.

    Example:  starter.py lint playbooks/standard.yaml
    """
    from console.commands.lint import lint_playbook

    raise typer.Exit(lint_playbook(file, strict=strict, as_json=as_json))


@app.command(rich_help_panel="Playbooks")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The playbook's name; its file is playbooks/NAME.yaml.")],
    company: Annotated[str | None, typer.Option(help="Your company's name.")] = None,
    product: Annotated[str | None, typer.Option(help="What you call your product. [default: the company's name]")] = None,
    url: Annotated[str | None, typer.Option(help="Your web site.")] = None,
    email: Annotated[str | None, typer.Option(help="The address that messages come from. [default: success@ your web site]")] = None,
    address: Annotated[str | None, typer.Option(help="Your postal address, for the foot of every message.")] = None,
    as_json: Json = False,
) -> None:
    """Begin a playbook of your own from the standard one. At a terminal it asks for what is not given.

    What only you know is marked, lint lists the marks, and the playbook is published when none is left.

    Example:  starter.py new acme --company "Acme GmbH" --url https://acme.example
    """
    from console.commands.new import begin_playbook

    begin_playbook(PLAYBOOK.parent, name, company=company, product=product, url=url, email=email, address=address, as_json=as_json)


# ---- the gateway


adapters = typer.Typer(no_args_is_help=True, help="What others send, in their own words, as events of ours.")
app.add_typer(adapters, name="adapter", rich_help_panel="The gateway")


@adapters.command("try")
def try_(
    adapter: Annotated[str, typer.Argument(metavar="FILE.yaml", help="An adapter's file, or the name of one that is shipped.")],
    sample: Annotated[Path, typer.Argument(metavar="SAMPLE", help="What the sender posts: JSON, a form's body, or a mail as .eml.")],
    tables: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML with the source's tables under the key 'tables'.")] = None,
    header: Annotated[list[str], typer.Option(metavar="NAME:VALUE", help="A header that comes with it.")] = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Show which events an adapter would send of SAMPLE. Nothing is sent, and no server is needed.

    Example:  starter.py adapter try stripe tests/gateway/adapters/samples/stripe-payment-failed.json
    """
    from console.commands.adapter import try_adapter

    raise typer.Exit(try_adapter(adapter, sample, tables, header, as_json=as_json))


def main() -> int:
    """Run the command that was typed, and return the process's status."""
    return run_command(lambda: run_words(app))


if __name__ == "__main__":
    run_and_exit(main)
