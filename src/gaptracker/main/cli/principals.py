"""`gaptracker org` and `gaptracker key`: who may use the intake, and with which keys."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from gaptracker.domain.principals import LONGEST_KEY_DAYS, Scope
from gaptracker.domain.workflow import Role
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.stores import settings_in_force
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import show, talk, write
from gaptracker.main.intake import present
from gaptracker.records.key_files import content_box_of
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.manage_principals import (
    add_member,
    change_roles,
    create_organisation,
    disable_member,
    find_member,
    find_organisation,
    issue_key,
    revoke_key,
)

NameArgument = Annotated[str, typer.Argument(help="Name of the organisation.", metavar="NAME")]
OrganisationArgument = Annotated[
    str, typer.Argument(help="An organisation's name or id.", metavar="ORGANISATION")
]
OrganisationOption = Annotated[
    str | None, typer.Option("--org", help="Only this organisation, by name or id.")
]
HandleArgument = Annotated[
    str, typer.Argument(help="What the member is called there; an alias does.", metavar="HANDLE")
]
RoleOption = Annotated[
    list[Role], typer.Option("--role", help="What the member may be; give it once for each.")
]
MemberArgument = Annotated[
    str, typer.Argument(help="A member, as `org list` shows.", metavar="MEMBER")
]
ScopeOption = Annotated[
    list[Scope] | None,
    typer.Option("--scope", help="What the key may do; all that the roles allow if left out."),
]
DaysOption = Annotated[
    int, typer.Option(help="How long the key is good.", min=1, max=LONGEST_KEY_DAYS)
]
KeyArgument = Annotated[str, typer.Argument(help="A key's id, as `key list` shows.", metavar="KEY")]
FormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON.")
]

org_app = typer.Typer(no_args_is_help=True, help="Organisations and members of the intake.")
key_app = typer.Typer(no_args_is_help=True, help="Keys with which members use the intake.")


@contextmanager
def records(*, read_only: bool = False) -> Iterator[UnitOfWork]:
    """Open a unit of work on the database that the settings name; the caller commits it."""
    settings = settings_in_force()
    engine = open_database(settings.resolved_database_url)
    box = content_box_of(settings.resolved_content_key_file, secrets.token_bytes)
    try:
        with UnitOfWork(engine, read_only=read_only, box=box) as work:
            yield work
    finally:
        engine.dispose()


def show_rows(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> None:
    """Print rows as a table to read."""
    table = plain_table(*columns)
    for row in rows:
        table.add_row(*(row[name] for name in columns))
    show(table)


def create_command(name: NameArgument) -> None:
    """Add an organisation; prints its id.

    Examples:
        gaptracker org create "Harm Reduction Network"
    """
    with records() as work:
        organisation = create_organisation(name, work, present())
        work.commit()
    write(f"{organisation.id}\n")


def member_command(
    organisation: OrganisationArgument, handle: HandleArgument, roles: RoleOption
) -> None:
    """Add a member to an organisation; prints the member's id.

    Who reviews, edits and codes must be of another organisation than who sends.

    Examples:
        gaptracker org member "Harm Reduction Network" field-07 --role contributor
        gaptracker org member "Review desk" ana --role reviewer --role coder
    """
    with records() as work:
        member = add_member(organisation, handle, roles, work, present())
        work.commit()
    write(f"{member.id}\n")


def roles_command(member: MemberArgument, roles: RoleOption) -> None:
    """Give a member other roles; their keys can at once do what these allow, and no more.

    Examples:
        gaptracker org roles mem_aaaaaaaaaaaaaaaaaaaaaaaaaa --role reviewer
    """
    with records() as work:
        changed = change_roles(member, roles, work, present())
        work.commit()
    talk(f"{changed.handle} is now {', '.join(sorted(changed.roles))}")


def disable_command(member: MemberArgument) -> None:
    """Shut a member out: their keys open nothing from now on; what they did stays.

    Examples:
        gaptracker org disable mem_aaaaaaaaaaaaaaaaaaaaaaaaaa
    """
    with records() as work:
        disabled = disable_member(member, work, present())
        work.commit()
    talk(f"no key of {disabled.handle} opens anything any more")


def organisations_command(form: FormatOption = "table") -> None:
    """List organisations and their members.

    Examples:
        gaptracker org list
    """
    with records(read_only=True) as work:
        rows = [
            {
                "organisation": organisation.name,
                "organisation_id": organisation.id,
                "handle": member.handle if member else "",
                "member": member.id if member else "",
                "roles": " ".join(sorted(member.roles)) if member else "",
            }
            for organisation in work.principals.organisations()
            for member in (work.principals.members(organisation.id) or (None,))
        ]
    if form == "json":
        write_json(rows)
        return
    if not rows:
        talk("there is no organisation yet; `gaptracker org create NAME` adds one")
        return
    columns = ("organisation", "handle", "roles", "member")
    show_rows(rows, columns)


def issue_command(
    member: MemberArgument, scope: ScopeOption = None, *, days: DaysOption = LONGEST_KEY_DAYS
) -> None:
    """Issue a key to a member; it is shown once, on standard output, and kept nowhere.

    Examples:
        gaptracker key issue mem_aaaaaaaaaaaaaaaaaaaaaaaaaa
        gaptracker key issue mem_aaaaaaaaaaaaaaaaaaaaaaaaaa --scope submission:read --days 7
    """
    with records() as work:
        found = find_member(member, work)
        issued = issue_key(found, work, present(), scopes=scope, days=days)
        work.commit()
    talk(
        f"{issued.key.id} speaks for {found.handle} until {issued.key.expires_at:%Y-%m-%d}. "
        "This is the only time that the key is shown:"
    )
    write(f"{issued.secret}\n")


def revoke_command(key: KeyArgument) -> None:
    """Make a key open nothing, from now on.

    Examples:
        gaptracker key revoke key_aaaaaaaaaaaaaaaaaaaaaaaaaa
    """
    with records() as work:
        revoke_key(key, work, present())
        work.commit()
    talk(f"{key} opens nothing any more")


def keys_command(organisation: OrganisationOption = None, form: FormatOption = "table") -> None:
    """List keys: whose they are, what they may do and until when; never the keys themselves.

    Examples:
        gaptracker key list
        gaptracker key list --org "Harm Reduction Network"
    """
    with records(read_only=True) as work:
        if organisation is None:
            organisations = work.principals.organisations()
        else:
            organisations = (find_organisation(organisation, work),)
        handles = {
            member.id: member.handle
            for each in organisations
            for member in work.principals.members(each.id)
        }
        rows = [
            {
                "key": key.id,
                "organisation": each.name,
                "handle": handles[key.member],
                "scopes": " ".join(sorted(key.scopes)),
                "expires": f"{key.expires_at:%Y-%m-%d}",
                "state": "revoked"
                if key.revoked_at
                else "good"
                if key.is_good(datetime.now(UTC))
                else "expired",
            }
            for each in organisations
            for key in work.principals.keys(each.id)
        ]
    if form == "json":
        write_json(rows)
        return
    if not rows:
        talk("there is no key yet; `gaptracker key issue MEMBER` makes one")
        return
    columns = tuple(rows[0])
    show_rows(rows, columns)


org_app.command("create", help=help_of(create_command))(create_command)
org_app.command("member", help=help_of(member_command))(member_command)
org_app.command("roles", help=help_of(roles_command))(roles_command)
org_app.command("disable", help=help_of(disable_command))(disable_command)
org_app.command("list", help=help_of(organisations_command))(organisations_command)
key_app.command("issue", help=help_of(issue_command))(issue_command)
key_app.command("revoke", help=help_of(revoke_command))(revoke_command)
key_app.command("list", help=help_of(keys_command))(keys_command)
