"""``razdar demo``: the whole product on this computer with invented people, and a start page that hands out the keys.

Everything is made anew at each start, in a folder of its own, through the same services, forms and processes as in
life: two clients, a person for every role, 200 customers in five scripts, three recorded calls, one of them streamed
into the recorder as from a telephone exchange. The passphrase, the passwords and the authenticator seeds exist in this
process's memory alone, so a later start cannot open what an earlier one wrote; it removes it. The product has no
address, flag or table for any of this.
"""

import argparse
import os
import secrets
import shlex
import shutil
import socket
import sys
import webbrowser
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar import __main__ as product
from razdar import env, one_host
from razdar.core.errors import Misconfigured, RazdarError, Unavailable
from razdar.demo_content import calls, people, staff, witness
from razdar.demo_content.cast import Member, fresh_password
from razdar.demo_content.start_page import StartPage
from razdar.keys.callers import Role
from razdar.runtime import logs
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import say
from razdar.unlocking import ask_agent

MARK = env.DEMO_MARK
PORT, START_PORT, WITNESS_PORT = 8000, 8001, 8002
RECORDER_SECONDS = 15.0
WITNESS_FOLDER = "demo-witness"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-browser", action="store_true", help="do not open the start page in a browser")


def _run(arguments: argparse.Namespace) -> int:
    stop = product.stop_on_signals()
    words = bytearray(secrets.token_urlsafe(32).encode())
    _settle(env.var_folder() / "demo")
    _clear_away(env.var_folder().with_name(WITNESS_FOLDER))
    keys = env.var_folder() / "keys"
    say("Making keys ...")
    from razdar.keys import setup

    setup.create(keys, words)
    with ExitStack() as stack:
        say("Starting database, key agent, sequencer, recorder, worker and web ...")
        one_host.run_all(words, say, stop, lambda: _open_house(stack, show=not arguments.no_browser))
    say("Stopped. What the demo stored opens for nobody any more.")
    return 0


# --- A place to run ---------------------------------------------------------------------------------------------------


def _settle(folder: Path) -> None:
    """Point this process and its children at an empty folder and free ports.

    Raises:
        Unavailable: a demo is running already. Misconfigured: the folder is somebody else's.
    """
    from razdar.runtime.postgres import server
    from razdar.runtime.postgres.places import Places

    if folder.exists():
        if not (folder / MARK).exists():
            raise Misconfigured(f"{folder} was not made by the demo. Move it away, then start the demo again.")
        if server.is_running(Places.under(folder)):
            raise Unavailable("A demo is running in this folder already. Stop it first.")
        data = Places.under(folder).data
        if data.is_symlink():  # as root below a private home the database's own account keeps it elsewhere
            shutil.rmtree(data.resolve().parent, ignore_errors=True)
        shutil.rmtree(folder)
    for name in [name for name in os.environ if name.startswith("RAZDAR_") and name != "RAZDAR_VAR"]:
        del os.environ[name]
    os.environ["RAZDAR_VAR"] = str(folder)
    os.environ["RAZDAR_URL"] = f"http://localhost:{_free_port(PORT)}"
    product.make_var()
    (folder / MARK).touch()


def _clear_away(folder: Path) -> None:
    """Remove the witness of an earlier demo: it knows logs that are gone.

    Raises:
        Misconfigured: the folder is somebody else's.
    """
    if folder.exists() and not (folder / MARK).exists():
        raise Misconfigured(f"{folder} was not made by the demo. Move it away, then start the demo again.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    (folder / MARK).touch()


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Unavailable("There is no free port on this computer.")


# --- Filling it -------------------------------------------------------------------------------------------------------


def _open_house(stack: ExitStack, *, show: bool) -> None:
    """Fill the running product, then serve the start page until the stack is closed."""
    with ExitStack() as unlocked:
        ask_agent(Role.OPERATOR, unlocked)
        product.set_up_django(unlocked)
        say("Starting a witness in a folder of its own ...")
        witness.start(env.var_folder().with_name(WITNESS_FOLDER), _free_port(WITNESS_PORT), stack)
        cast = [member for index in range(len(people.CLIENTS)) for member in _found_client(index)]
    origin = str(env.base_url())
    say("Letting a second administrator approve every role ...")
    for client in people.CLIENTS:
        _approve_roles(
            origin, next(m for m in cast if m.client == client.name and m.person.username.startswith("admin2"))
        )
    page = StartPage(origin, _free_port(START_PORT), cast)
    stack.callback(page.close)
    say(f"\nThe demo is ready. Open  {page.address}  (Ctrl-C stops it)\n")
    folder, program = (shlex.quote(str(path)) for path in (env.var_folder(), Path(sys.executable).with_name("razdar")))
    say(f"Its command line, in another shell:  RAZDAR_VAR={folder} {program} --help\n")
    if show:
        webbrowser.open(page.address)


def _found_client(index: int) -> list[Member]:
    """One client with its people, customers and calls."""
    from razdar.core.disclosure import Role
    from razdar.identity import services
    from razdar.identity.services import Newcomer

    client, members = people.CLIENTS[index], staff.staff(index)
    say(f"{client.name}: {len(members)} people, {people.PER_CLIENT} customers, recorded calls ...")
    administrators = [m for m in members if m.role is Role.ADMINISTRATOR]
    founded = services.create_client(client.name, [Newcomer(m.username, m.display_name, ()) for m in administrators])
    links = {link.work_name: link for link in founded.links}
    for member in members:
        if member.role is not Role.ADMINISTRATOR:
            link = services.invite(None, founded.client, Newcomer(member.username, member.display_name, (member.role,)))
            if link:
                links[link.work_name] = link
    cast = [_joined(member, client.name, links[member.username].token) for member in members]
    _store_customers(founded.client, index)
    _take_in_calls(founded.client, index)
    return cast


def _joined(person: staff.DemoStaff, client: str, token: str) -> Member:
    """Accept an invitation and set up an authenticator app."""
    from razdar.identity import factors, invitations

    password = fresh_password()
    return Member(person, client, password, factors.enrol_totp(invitations.accept(token, password)))


def _approve_roles(origin: str, administrator: Member) -> None:
    browser = administrator.sign_in(origin)
    listed = browser.get("/people/")
    for path in listed.links_to(r"/people/[0-9a-f-]{36}/"):
        person = browser.get(path)
        for form in person.forms_to(r"/people/[0-9a-f-]{36}/roles/[0-9a-f-]{36}/approve/"):
            browser.submit(person, form, {})


def _store_customers(client: UUID, index: int) -> None:
    from razdar.core.disclosure import DataClass
    from razdar.customers.services import create
    from razdar.customers.storing import Draft
    from razdar.identity.viewers import for_job
    from razdar.runtime.scope import scope

    def draft(one: people.DemoCustomer) -> Draft:
        gender = one.gender.value if one.gender.value in {"female", "male"} else "unknown"
        fields = {
            DataClass.SURNAME: one.surname,
            DataClass.GIVEN_NAME: one.given_name,
            DataClass.GENDER: gender,
            DataClass.BIRTH_DATE: one.birth_date,
            DataClass.NATIONAL_ID: one.national_id,
            DataClass.POSTAL_ADDRESS: one.address,
            DataClass.REFERENCE_NO: one.reference,
        }
        handles = [(DataClass.PHONE, phone) for phone in one.phones]
        handles += [(DataClass.WHATSAPP_ID, number) for number in one.whatsapp]
        handles += [(DataClass.EMAIL, email) for email in one.emails]
        return Draft({c: text for c, text in fields.items() if text}, handles, one.language)

    with scope(client):
        create(for_job("demo", client), [draft(one) for one in people.customers(index)])


def _take_in_calls(client: UUID, index: int) -> None:
    from razdar.interactions.intake import FromFiles, take_in

    for call in calls.CALLS:
        if call.client_index == index and not (call.live and _stream(call, client, people.CLIENTS[index].name)):
            take_in(
                FromFiles(
                    sound=call.audio(),
                    transcript=call.transcript(),
                    client=client,
                    reference=call.customer_reference,
                    agent=call.agent_username,
                    started_at=datetime.now(UTC) - call.started_ago,
                    direction="inbound",
                    language="en",
                )
            )


def _stream(call: calls.DemoCall, client: UUID, name: str) -> bool:
    """Have a call recorded while it is spoken, only faster; whether there was a recorder to do it."""
    from razdar.telephony.simulating import Wanted, await_recorder, simulate

    say(f"{name}: a call is streamed to the recorder ...")
    wanted = Wanted(
        sound=call.audio(),
        client=client,
        reference=call.customer_reference,
        speed=0,
        transcript=call.transcript(),
        agent=call.agent_username,
        language="en",
    )
    await_recorder(RECORDER_SECONDS)
    try:
        simulate(wanted)
    except RazdarError as error:
        logs.error("demo-call-not-streamed", error)
        say("It was not taken; it comes from a file instead.")
        return False
    return True


COMMANDS.register("demo")(
    Command("Try everything on this computer with invented people.", _arguments, _run, Needs.NOTHING)
)
