"""The Python header provider against a broker that this file plays itself: what it serves, when it asks, and what it never does."""

import json
import os
import pickle
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "src" / "clients" / "python" / "explicit"))

from lancedb_auth import LanceDBAuthError, header_provider  # noqa: E402
from lancedb_auth import _provider  # noqa: E402

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")


class Broker:
    """Answers with whatever `reply` makes of the request number; None never answers."""

    def __init__(self, folder, reply):
        self.reply = reply
        self.questions = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / "s"))
        self.listener.listen(64)
        descriptor = {"version": 1, "socketPath": str(folder / "s"), "bearer": "b", "pid": 1}
        (folder / "d.json").write_text(json.dumps(descriptor))
        self.held = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.questions.append(connection.recv(65536).decode())
            answer = self.reply(len(self.questions))
            if answer is None:
                self.held.append(connection)
                continue
            status, body = answer
            text = json.dumps(body)
            connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
            connection.sendall(("HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n%s" % (status, len(text), text)).encode())
            connection.close()

    def close(self):
        if self.listener.fileno() != -1:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()


def token(number, seconds=600.0):
    return 200, {
        "version": 1,
        "connection": {"name": "demo", "uri": "db://demo"},
        "headers": {"authorization": "Bearer t%d" % number},
        "expiresAt": (time.time() + seconds) * 1000,
    }


def refusal(code, message="do this"):
    return 401, {"version": 1, "error": {"code": code, "message": message}}


@pytest.fixture
def start(tmp_path_factory, monkeypatch):
    brokers = []

    def begin(reply):
        folder = tmp_path_factory.mktemp("b")
        monkeypatch.setenv("LANCEDB_AUTH_SESSION", str(folder / "d.json"))
        brokers.append(Broker(folder, reply))
        return brokers[-1]

    yield begin
    for broker in brokers:
        broker.close()


@pytest.fixture
def age(monkeypatch):
    """Lets the provider believe that so many seconds have passed since it asked."""
    passed = {"seconds": 0.0}
    real = time.monotonic
    monkeypatch.setattr(_provider.time, "monotonic", lambda: real() + passed["seconds"])

    def by(seconds):
        passed["seconds"] += seconds

    return by


def authorization(provider):
    return provider.get_headers()["authorization"]


def test_it_asks_once_and_then_answers_from_memory(start):
    broker = start(token)
    provider = header_provider("db://demo")
    assert [authorization(provider) for _ in range(3)] == ["Bearer t1"] * 3
    assert len(broker.questions) == 1


def test_what_it_hands_out_can_be_changed_by_nobody(start):
    start(token)
    provider = header_provider("db://demo")
    for _ in range(2):
        provider.get_headers().clear()
    assert authorization(provider) == "Bearer t1"


def test_after_ten_seconds_it_renews_behind_the_callers_back(start, age):
    broker = start(token)
    provider = header_provider("db://demo")
    authorization(provider)
    age(11)
    assert authorization(provider) == "Bearer t1"
    for thread in threading.enumerate():
        if thread.name == "lancedb-auth":
            thread.join()
    assert (authorization(provider), len(broker.questions)) == ("Bearer t2", 2)


def test_after_fifteen_seconds_it_asks_before_it_answers(start, age):
    start(token)
    provider = header_provider("db://demo")
    authorization(provider)
    age(16)
    assert authorization(provider) == "Bearer t2"


def test_a_sign_out_is_an_exception_even_though_the_token_is_valid(start, age):
    start(lambda number: token(number) if number == 1 else refusal("interaction_required", "Sign in again"))
    provider = header_provider("db://demo")
    authorization(provider)
    age(16)
    with pytest.raises(LanceDBAuthError, match="Sign in again") as raised:
        authorization(provider)
    assert raised.value.code == "interaction_required"


def test_a_lost_broker_costs_nothing_while_the_token_is_valid(start, age):
    broker = start(token)
    provider = header_provider("db://demo")
    authorization(provider)
    broker.close()
    age(16)
    assert authorization(provider) == "Bearer t1"


def test_a_lost_broker_and_an_expired_token_are_one_clear_exception_in_seconds(start):
    broker = start(lambda number: token(number, seconds=2.5))
    provider = header_provider("db://demo")
    authorization(provider)
    broker.close()
    deadline = time.monotonic() + 5
    with pytest.raises(LanceDBAuthError, match="VS Code window") as raised:
        while time.monotonic() < deadline:
            authorization(provider)
    assert raised.value.code == "window_closed"


def test_a_token_in_its_last_moments_is_not_served(start):
    start(lambda number: token(number, seconds=1.0 if number == 1 else 600.0))
    provider = header_provider("db://demo")
    authorization(provider)
    assert authorization(provider) == "Bearer t2"


def test_a_window_that_hangs_is_waited_for_only_briefly_while_the_token_is_valid(start, age):
    start(lambda number: token(number) if number == 1 else None)
    provider = header_provider("db://demo")
    authorization(provider)
    age(16)
    started = time.perf_counter()
    assert authorization(provider) == "Bearer t1"
    assert time.perf_counter() - started < 2.0


def test_many_threads_share_one_question(start):
    broker = start(token)
    provider = header_provider("db://demo")
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(authorization(provider))) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (set(seen), len(broker.questions)) == ({"Bearer t1"}, 1)


def test_a_reloaded_window_is_found_by_its_new_descriptor(start, age, tmp_path_factory, monkeypatch):
    broker = start(token)
    provider = header_provider("db://demo")
    authorization(provider)
    broker.close()
    path = os.environ["LANCEDB_AUTH_SESSION"]
    start(lambda number: token(number + 100))
    os.replace(os.environ["LANCEDB_AUTH_SESSION"], path)
    monkeypatch.setenv("LANCEDB_AUTH_SESSION", path)
    age(16)
    assert authorization(provider) == "Bearer t101"


def test_pickled_it_holds_no_token(start):
    broker = start(token)
    provider = header_provider("db://demo")
    authorization(provider)
    text = pickle.dumps(provider)
    assert b"Bearer" not in text
    assert (authorization(pickle.loads(text)), len(broker.questions)) == ("Bearer t2", 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_of_a_fork_is_not_blocked_by_a_thread_that_it_does_not_have(start):
    start(token)
    provider = header_provider("db://demo")
    read, write = os.pipe()
    with provider._lock:
        child = os.fork()
        if child == 0:
            os.write(write, authorization(provider).encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        assert pipe.read() == "Bearer t1"
    os.waitpid(child, 0)


def test_the_question_carries_the_bearer_and_the_header_that_no_browser_sends(start):
    broker = start(token)
    authorization(header_provider("db://demo", host="https://h"))
    head = broker.questions[0].split("\r\n")
    assert head[0].startswith("GET /v1/headers?uri=db%3A%2F%2Fdemo&host=https%3A%2F%2Fh&folder=")
    assert {"authorization: Bearer b", "x-lancedb-auth: 1", "host: lancedb-auth"} <= set(head)


def test_outside_vs_code_the_exception_says_where_to_start(monkeypatch):
    monkeypatch.delenv("LANCEDB_AUTH_SESSION", raising=False)
    with pytest.raises(LanceDBAuthError, match="terminal or notebook"):
        header_provider("db://demo").get_headers()
