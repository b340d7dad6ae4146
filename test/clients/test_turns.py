"""Which cells of a kernel elsewhere wait, so that VS Code can give it another token in the midst of a Run All. A stub plays the kernel, and
time is told by the test."""

import asyncio
import pathlib
import types

import pytest

client = pathlib.Path(__file__).parents[2] / "src" / "clients" / "python"
prime = "f" * 32
ours = "vscode-notebook-cell:/project/search.ipynb#"


class Kernel:
    execution_count = 7

    def __init__(self):
        self.ran = []

    async def do_execute(self, code, silent, store_history=True, cell_id=None):
        self.ran.append(code)
        return {"status": "ok"}


class Clock:
    now = 1_000.0

    def time(self):
        return self.now

    monotonic = time


@pytest.fixture
def pushed(monkeypatch):
    monkeypatch.syspath_prepend(str(client / "explicit"))
    module = types.ModuleType("pushed")
    module.LANCEDB_AUTH_PRIME = prime
    source = (client / "pushed" / "lancedb_auth_pushed.py").read_text(encoding="utf-8")
    exec(compile(source, "pushed", "exec"), module.__dict__)
    module.time = Clock()
    module.kernel = Kernel()
    module._turns.attend(module.kernel)
    return module


def give(pushed, seconds, cells=ours, follows=False):
    ends = None if seconds is None else (pushed.time.now + seconds) * 1000
    reply = {"connection": {"name": "demo", "uri": "db://demo"}, "headers": {}, "expiresAt": ends}
    pushed._pushed.update(replies=[reply], refusals=[], cells=cells, follows=follows)
    return pushed._turns.renewed()


def run(pushed, name, prefix=ours):
    asyncio.run(pushed.kernel.do_execute(name, False, cell_id=prefix + name))


def test_early_in_a_tokens_life_cells_run(pushed):
    give(pushed, 15)
    pushed.time.now += 9
    run(pushed, "a")
    assert pushed.kernel.ran == ["a"]


def test_late_in_it_a_cell_and_those_behind_it_wait_and_are_told_in_their_order(pushed, capsys):
    give(pushed, 15)
    pushed.time.now += 11
    for name in "abc":
        run(pushed, name)
    assert capsys.readouterr().out.count("VS Code renews the token first") == 3
    assert (pushed.kernel.ran, give(pushed, 15)) == ([], [ours + "a", ours + "b", ours + "c"])


def test_run_again_after_that_they_run(pushed):
    give(pushed, 15)
    pushed.time.now += 11
    run(pushed, "a")
    give(pushed, 15)
    run(pushed, "a")
    assert pushed.kernel.ran == ["a"]


def test_a_cell_waits_once_even_where_nobody_renews(pushed):
    give(pushed, 15)
    pushed.time.now += 11
    run(pushed, "a")
    run(pushed, "a")
    assert (pushed.kernel.ran, pushed._turns.waiting) == (["a"], [])


def test_where_vs_code_has_not_come_for_a_minute_nobody_waits(pushed):
    give(pushed, 3600)
    pushed.time.now += 3500
    run(pushed, "a")
    pushed.time.now += 61
    run(pushed, "b")
    assert pushed.kernel.ran == ["b"]


def test_before_a_cell_as_long_as_the_longest_so_far_more_life_is_wanted(pushed):
    give(pushed, 100)
    pushed._turns._longest = 50
    pushed.time.now += 41
    run(pushed, "a")
    assert pushed.kernel.ran == []


@pytest.mark.parametrize("prefix", ["vscode-notebook-cell:/project/other.ipynb#", ""])
def test_cells_that_nobody_would_run_again_never_wait(pushed, prefix):
    give(pushed, 15)
    pushed.time.now += 14
    run(pushed, "a", prefix)
    assert pushed.kernel.ran == ["a"]


@pytest.mark.parametrize("seconds, cells", [(None, ours), (15, None)])
def test_without_an_end_or_without_cells_none_waits(pushed, seconds, cells):
    give(pushed, seconds, cells)
    pushed.time.now += 14
    run(pushed, "a")
    assert pushed.kernel.ran == ["a"]


def test_what_is_over_when_it_arrives_is_not_run_with_and_no_cell_waits_for_ever(pushed):
    for _ in range(3):
        give(pushed, -1)
        run(pushed, "a")
    waited = list(pushed.kernel.ran)
    give(pushed, -1)
    run(pushed, "a")
    assert (waited, pushed.kernel.ran) == ([], ["a"])


def test_the_cell_behind_a_restart_waits_for_the_fresher_token_that_follows(pushed):
    give(pushed, 15, follows=True)
    run(pushed, "a")
    waiting = give(pushed, 15)
    run(pushed, "a")
    assert (waiting, pushed.kernel.ran) == ([ours + "a"], ["a"])


def test_with_minutes_left_nobody_waits_for_what_follows(pushed):
    give(pushed, 600, follows=True)
    run(pushed, "a")
    assert pushed.kernel.ran == ["a"]


def test_a_cell_that_has_waited_runs_however_late_the_machine_comes_to_it(pushed):
    give(pushed, 15)
    pushed.time.now += 14
    run(pushed, "a")
    give(pushed, 15)
    pushed.time.now += 11
    run(pushed, "a")
    assert pushed.kernel.ran == ["a"]


def test_the_reason_reaches_the_program_word_for_word(pushed):
    sentence = "LanceDB Auth is locked. Unlock it in VS Code, then try again."
    pushed._pushed.update(replies=[], refusals=[{"uri": "db://demo", "code": "locked", "message": sentence}])
    with pytest.raises(RuntimeError) as raised:
        pushed.ask_for_headers({"uri": "db://demo"})
    assert (raised.value.code, str(raised.value)) == ("locked", sentence)


def test_a_token_that_ended_while_the_cell_ran_is_told_from_one_that_nobody_renewed(pushed):
    give(pushed, 15)
    run(pushed, "a")
    pushed.time.now += 20
    with pytest.raises(RuntimeError, match="expired while this cell ran"):
        pushed.ask_for_headers({"uri": "db://demo"})
    pushed._pushed["cells"] = None
    run(pushed, "b")
    with pytest.raises(RuntimeError, match="Keep the notebook open"):
        pushed.ask_for_headers({"uri": "db://demo"})
