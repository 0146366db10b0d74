"""Four processes with fifty threads each, on one key store, at once: nobody is turned away, nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from razdar.keys import passphrase
from razdar.keys.agent import KeyRef, LocalAgent
from tests import weakening
from tests.keys.conftest import CLIENT

PROCESSES, THREADS, TURNS = 4, 50, 3

WORKER = """
import json, sys, threading, time
from pathlib import Path
from uuid import UUID, uuid4
from razdar.keys import passphrase, setup
from razdar.keys.agent import KeyRef

folder, client, threads, turns, pipe = Path(sys.argv[1]), UUID(sys.argv[2]), *map(int, sys.argv[3:6])
agent = setup.unlock(folder, passphrase.from_pipe(pipe))
made, failures, waits = {}, [], []

def work(number):
    try:
        agent.create_client(client)
        for _ in range(turns):
            customer, began = uuid4(), time.monotonic()
            ref = agent.create_customer(client, customer)
            waits.append(time.monotonic() - began)
            (key,) = agent.unwrap([ref], "test")
            assert agent.newest(client, [customer]) == {customer: ref}
            if number % 10 == 0:
                assert agent.destroy_customer(client, customer).versions == (1,)
            else:
                made[str(customer)] = key.hex()
            shared = [KeyRef(client, UUID(other), 1) for other in list(made)[:20]]
            assert len(agent.unwrap(shared, "test")) == len(shared)
            assert len(agent.blind(client, number % 3, [customer.bytes])) == 1
    except BaseException as error:
        failures.append(repr(error))

all_threads = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
for thread in all_threads:
    thread.start()
for thread in all_threads:
    thread.join()
print(json.dumps({"made": made, "failures": failures, "longest": max(waits, default=0)}))
"""


def test_many_processes_and_threads_share_one_store(tmp_path: Path, unlocked: LocalAgent, words: bytearray) -> None:
    folder = tmp_path / "var" / "keys"
    workers = [start(folder, words) for _ in range(PROCESSES)]
    answers = [json.loads(worker.communicate(timeout=240)[0]) for worker in workers]
    assert [answer["failures"] for answer in answers] == [[]] * PROCESSES
    assert max(answer["longest"] for answer in answers) < 30
    made = {customer: key for answer in answers for customer, key in answer["made"].items()}
    assert len(made) == PROCESSES * THREADS * TURNS * 9 // 10
    refs = [KeyRef(CLIENT, UUID(customer), 1) for customer in made]
    assert [key.hex() for key in unlocked.unwrap(refs, "test")] == list(made.values())


def start(folder: Path, words: bytearray) -> "subprocess.Popen[str]":
    pipe = passphrase.to_pipe(words)
    command = [sys.executable, "-W", "error", "-c", WORKER, str(folder), str(CLIENT)]
    command += [str(number) for number in (THREADS, TURNS, pipe)]
    worker = subprocess.Popen(
        command, cwd=weakening.ROOT, pass_fds=[pipe], stdout=subprocess.PIPE, text=True, stderr=None
    )
    os.close(pipe)
    return worker
