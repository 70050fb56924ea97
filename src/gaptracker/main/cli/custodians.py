"""`gaptracker custodian`: keys made offline, known here by their public half; opening offline."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Annotated, Literal

import typer

from gaptracker.custody.sealing import CustodianKey, SealedCopy, generate_custodian, unseal
from gaptracker.domain.errors import InvalidValue, SealUnopened
from gaptracker.main.cli.principals import records, show_rows
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import talk, write
from gaptracker.main.intake import present
from gaptracker.records.key_files import write_private
from gaptracker.workflows.manage_custodians import add_custodian, revoke_custodian

NameArgument = Annotated[
    str, typer.Argument(help="Name of the custodian; an alias does.", metavar="NAME")
]
OutOption = Annotated[
    Path, typer.Option("--out", help="Folder for the private key.", metavar="FOLDER")
]
PublicKeyArgument = Annotated[
    str, typer.Argument(help="The line that `keygen` printed.", metavar="PUBLICKEY")
]
MemberOption = Annotated[
    str | None,
    typer.Option(help="Who may ask for what is sealed to it: a member with the role custodian."),
]
CustodianArgument = Annotated[
    str, typer.Argument(help="A custodian, as `list` shows.", metavar="CUSTODIAN")
]
FormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON.")
]
FileArgument = Annotated[
    Path, typer.Argument(help="The confirmed request, as the API gave it.", metavar="FILE")
]
PrivateOption = Annotated[
    Path, typer.Option("--private", help="The custodian's private key.", metavar="KEYFILE")
]

custodian_app = typer.Typer(no_args_is_help=True, help="Custodians of sealed identities.")


def keygen_command(name: NameArgument, out: OutOption) -> None:
    """Make a custodian's keys: the private one into a file, the public one to standard output.

    Run it on the custodian's own machine, best one without a network. Whoever loses the private
    key can open nothing any more; nobody can make it again.

    Examples:
        gaptracker custodian keygen custodian-1 --out keys
    """
    public, private = generate_custodian(name)
    file = out / f"custodian-{CustodianKey.parse(public).fingerprint}.key"
    write_private(file, private)
    talk(f"the private key is in {file}; keep two copies of it, away from the server.")
    write(f"{public}\n")


def add_command(public_key: PublicKeyArgument, member: MemberOption = None) -> None:
    """Seal identities to a custodian's key from now on; prints the custodian's id.

    What came before stays sealed to the keys that were known then.

    Examples:
        gaptracker custodian add CUSTODIAN+custodian-1+00+AA==
        gaptracker custodian add CUSTODIAN+c+00+AA== --member mem_aaaaaaaaaaaaaaaaaaaaaaaaaa
    """
    with records() as work:
        custodian = add_custodian(public_key, work, present(), member=member)
        work.commit()
    write(f"{custodian}\n")


def list_command(form: FormatOption = "table") -> None:
    """List custodians; compare the fingerprints with those that they tell you.

    Examples:
        gaptracker custodian list
    """
    with records(read_only=True) as work:
        rows = [
            {
                "custodian": each.id,
                "name": each.key.name,
                "fingerprint": each.key.fingerprint,
                "member": each.member or "",
                "state": "revoked" if each.revoked_at else "in use",
            }
            for each in work.custodians.all()
        ]
    if form == "json":
        write_json(rows)
        return
    if not rows:
        talk("there is no custodian yet, and identities are refused until there is one.")
        return
    show_rows(rows, tuple(rows[0]))


def revoke_command(custodian: CustodianArgument) -> None:
    """Seal nothing more to a custodian's key; what is sealed to it already stays so.

    Examples:
        gaptracker custodian revoke cus_aaaaaaaaaaaaaaaaaaaaaaaaaa
    """
    with records() as work:
        revoke_custodian(custodian, work, present())
        work.commit()
    talk(f"nothing more is sealed to {custodian}")


def unseal_command(file: FileArgument, private: PrivateOption) -> None:
    """Open what was sealed to a custodian, offline; prints it as JSON.

    Run it on the custodian's own machine. The output is what the source must not be found by.

    Examples:
        gaptracker custodian unseal request.json --private keys/custodian-00.key
    """
    key = private.read_text("utf-8")
    copies = _copies_in(file)
    opened = [json.loads(unseal(each, key)) for each in copies if _is_for(each, key)]
    if not opened:
        raise SealUnopened(f"nothing in {file} is sealed to this key; use the key it names")
    write_json(opened)


def _copies_in(file: Path) -> list[SealedCopy]:
    try:
        answer = json.loads(file.read_text("utf-8"))
        return [
            SealedCopy(
                custodian=str(each["custodian"]),
                fingerprint=str(each["fingerprint"]),
                ciphertext=b64decode(each["ciphertext"], validate=True),
            )
            for each in answer["copies"]
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidValue(
            f"{file} holds no sealed copies; save the answer of /v1/unseal-requests/… once "
            "another custodian has confirmed it"
        ) from error


def _is_for(copy: SealedCopy, private: str) -> bool:
    """Say whether a copy is for a private key; the text names the fingerprint itself."""
    return f"+{copy.fingerprint}+" in private


custodian_app.command("keygen", help=help_of(keygen_command))(keygen_command)
custodian_app.command("add", help=help_of(add_command))(add_command)
custodian_app.command("list", help=help_of(list_command))(list_command)
custodian_app.command("revoke", help=help_of(revoke_command))(revoke_command)
custodian_app.command("unseal", help=help_of(unseal_command))(unseal_command)
