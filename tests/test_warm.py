"""Kernels forked from a warm parent: the same results as those that start by themselves, and nothing of each other."""

import logging
import os
import signal
import threading
import time

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from autograder.sandbox import probe, warm
from autograder.sandbox.kernels import SandboxedKernelManager

pytestmark = pytest.mark.skipif(probe.why_not() is not None, reason=str(probe.why_not()))

TRAINING = """
import hashlib, keras, numpy as np
keras.utils.set_random_seed(3)
layers = [keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(3)]
model = keras.Sequential(layers)
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
x, y = np.random.default_rng(0).normal(size=(64, 8, 8, 1)), np.arange(64) % 3
model.fit(x, y, epochs=2, verbose=0)
print(hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest())
"""


def run(folder, *cells, warm=True):
    """What each cell printed, in a new kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    client = NotebookClient(
        notebook,
        kernel_manager_class=SandboxedKernelManager,
        config=Config({"SandboxedKernelManager": {"warm": warm}}),
        timeout=120,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return [
        "".join(output.text for output in cell.outputs if output.get("name") == "stdout") for cell in notebook.cells
    ]


@pytest.fixture
def parent():
    """A warm parent of this test's own."""
    warm._parents.clear()
    yield warm.parent()
    warm._parents.pop(warm.HEAVY).close()


def test_training_gives_the_same_to_the_last_bit(tmp_path):
    assert run(tmp_path, TRAINING) == run(tmp_path, TRAINING) == run(tmp_path, TRAINING, warm=False)


def test_an_epoch_ends_without_waiting_for_the_thread_that_tunes(tmp_path):
    one_core = (
        "import os\nos.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])  # with a core to spare it rarely waits"
    )
    idle = (
        "import time, tensorflow as tf\n"
        "def idle():\n"
        "    wall, cpu = time.perf_counter(), time.process_time()\n"
        "    model.fit(x, y, epochs=30, verbose=0)\n"
        "    return time.perf_counter() - wall - (time.process_time() - cpu)\n"
        "untuned, setting = idle(), tf.data.Options().autotune.enabled\n"
        "tf.data.experimental.AutotuneOptions.enabled = property(lambda options: True)\n"
        "print(untuned, idle(), setting)"
    )
    untuned, tuned, setting = run(tmp_path, one_core, TRAINING, idle)[2].split()
    assert setting == "False" and float(untuned) < float(tuned) / 3


def test_siblings_draw_different_numbers(tmp_path):
    code = "import random, numpy as np\nprint(random.random(), np.random.rand())"
    assert len({run(tmp_path, code)[0] for _ in range(3)}) == 3


def test_nothing_of_the_parent_is_left(tmp_path):
    code = (
        "import os, keras\n"
        "print(os.getcwd(), os.getppid(), keras.config.floatx(), keras.src.backend.config.keras_home())\n"
        "print(*sorted(os.environ))\n"
        "print(*sorted(os.readlink(f'/proc/self/fd/{name}').split(':')[0] for name in os.listdir('/proc/self/fd')"
        " if os.path.islink(f'/proc/self/fd/{name}')))"
    )
    forked, alone = run(tmp_path, code)[0].splitlines(), run(tmp_path, code, warm=False)[0].splitlines()
    assert forked[0].split() == ["/home/student", "0", "float32", "/tmp/keras"]  # its parent is not to be seen
    assert set(alone[1].split()) - set(forked[1].split()) <= {"PWD", "SHLVL", "OLDPWD", "_"}  # a shell's
    more = set(forked[1].split()) - set(alone[1].split())  # set by what only the parent imports
    assert all(name.startswith(("KMP_", "TF", "TPU_", "HDF5_", "ENABLE_")) for name in more), more
    assert set(forked[2].split()) <= set(alone[2].split())


def test_a_parent_that_is_killed_is_started_again(tmp_path, parent):
    assert run(tmp_path, "print(1)") == ["1\n"]
    os.kill(parent._process.pid, signal.SIGKILL)
    time.sleep(0.2)
    assert run(tmp_path, "print(2)") == ["2\n"] and warm._parents[warm.HEAVY] is not parent


def test_a_parent_that_is_killed_takes_no_kernel_along(tmp_path, parent):
    code = f"import time\nfor _ in range(40):\n    time.sleep(0.05)\nprint({os.getpid()})"
    threading.Timer(1.0, lambda: os.kill(parent._process.pid, signal.SIGKILL)).start()
    assert run(tmp_path, code) == [f"{os.getpid()}\n"]


def test_where_nothing_can_be_forked_kernels_start_cold_and_say_so(tmp_path, monkeypatch, caplog):
    def refuse(*_):
        raise warm.NoWarmParent("the warm parent cannot enter the sandbox")

    monkeypatch.setattr(warm.WarmParent, "start", refuse)
    with caplog.at_level(logging.WARNING):
        assert run(tmp_path, "print(3)") == ["3\n"]
    assert "Kernels start cold, which is slower" in caplog.text


def test_a_parent_that_does_not_answer_costs_no_submission(tmp_path, parent, monkeypatch, caplog):
    assert run(tmp_path, "print(1)") == ["1\n"]
    monkeypatch.setattr(warm, "SECONDS", 1)
    parent._channel.settimeout(1)
    os.kill(parent._process.pid, signal.SIGSTOP)
    assert run(tmp_path, "print(4)") == ["4\n"]
