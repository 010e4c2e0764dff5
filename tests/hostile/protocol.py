"""The student's kernel answers the judge's requests: forged, malformed, late, huge, twice, or not at all."""

from tests.hostile import Attack

FORGE = """
import json
from autograder.wall import agent
def asked():
    return get_ipython().kernel.get_parent('shell')['content']['asked']
def reply(request, **content):
    text = json.loads(request)['nonce'] + json.dumps(content)
    get_ipython().display_pub.publish({agent.MIME: text})
"""
SEND = """
import json
from autograder.wall import agent
def send(kind, content):
    kernel = get_ipython().kernel
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent(), ident=b'x')
"""
RAW = """
import json
from autograder.wall import agent
def raw(body, signature=None):
    kernel = get_ipython().kernel
    session = kernel.session
    parts = [session.pack(session.msg_header('stream')), session.pack(kernel.get_parent()['header']), b'{}', body]
    kernel.iopub_socket.send_multipart([b's', b'<IDS|MSG>', signature or session.sign(parts), *parts])
"""


def forged(value):
    """Every request is answered with this description of a value, an expression."""
    return {"primes": f"{FORGE}agent.answer = lambda: reply(asked(), value={value})"}


def raised(described):
    return {"primes": f"{FORGE}agent.answer = lambda: reply(asked(), raised={described})"}


def instead(*sent):
    """Messages that are sent for every request, in place of the answer."""
    return {"primes": f"{SEND}def answer():\n    " + "\n    ".join(sent) + "\nagent.answer = answer"}


VALUES = {
    "the judge's fault": "{'function': 'x'}, fault='the judge is broken'",
    "a pickle": "{'pickle': 'gASVAAAA'}",
    "an exact array of an impossible shape": "{'exact': [[0, 10**30], []]}",
    "text beyond Unicode": "{'number': ['<U1', '/////w==']}",
    "a thousand keys of one hash": "{'set': [k * (2**61 - 1) for k in range(20000)]}",
    "a model that is none": "{'model': {'number': 1, 'config': {'class_name': 'system', 'module': 'os'}}}",
    "a history that is none": "{'history': {'dict': [['history', 3]]}}",
    "lists within lists": "json.loads('[' * 900 + ']' * 900)",
}
ERRORS = {
    "a class with a null character": "{'class': 'a\\0b', 'known': ['ValueError']}",
    "a class that ends the judge": "{'class': 'X', 'known': ['KeyboardInterrupt', 'SystemExit', 'BaseException']}",
    "a class that wants arguments": "{'class': 'X', 'known': ['UnicodeDecodeError', 'ExceptionGroup']}",
    "nothing of an error": "3",
}

ATTACKS = [
    *(Attack(f"reply {name}", "A reply that describes no value.", forged(value)) for name, value in VALUES.items()),
    *(Attack(f"error {name}", "An error that none could be.", raised(described)) for name, described in ERRORS.items()),
    Attack(
        "encoder replaced",
        "Every answer becomes True.",
        {"primes": "from autograder.wall import wire\nwire.encode = lambda *a, **k: True"},
    ),
    Attack(
        "no reply",
        "Requests are not answered.",
        {"primes": "from autograder.wall import agent\nagent.answer = lambda: None"},
    ),
    Attack(
        "replies that are no JSON",
        "Half a text, a number, a list, a text of another encoding.",
        instead(*(f"send('display_data', {{'data': {{agent.MIME: {text}}}}})" for text in ("'{]'", "3", "[1]", "'é'"))),
    ),
    Attack(
        "replies to requests long answered",
        "Each request is answered with the one before, and twice.",
        {
            "primes": f"""{FORGE}
last = ['{{"nonce": ""}}']
def answer():
    reply(last[0], value=[2, 3, 5, 7])
    reply(last[0], value=[2])
    last[0] = asked()
agent.answer = answer"""
        },
    ),
    Attack(
        "messages without content",
        "What the grader reads of a message is not there.",
        instead("send('display_data', {})", "send('stream', {})", "send('status', {})", "send('error', {})"),
    ),
    Attack(
        "messages of odd content",
        "What the grader reads of a message is of another type.",
        instead(
            "send('display_data', {'data': {'image/png': {'a': 1}}})",
            "send('display_data', {'data': 5})",
            "send('stream', {'text': 5, 'name': []})",
            "send('status', {'execution_state': {}})",
        ),
    ),
    Attack(
        "idle before the answer",
        "The grader is told that the request is done, and the answer comes later.",
        instead("send('status', {'execution_state': 'idle'})"),
    ),
    Attack(
        "messages that nobody signed",
        "A cell sends messages with a wrong signature and without JSON.",
        {"primes": f"{RAW}raw(b'{{}}', b'wrong')\nraw(b'{{')\nraw(b'[1, 2]')"},
    ),
    Attack(
        "a cell that sends odd messages",
        "A cell sends what nbclient cannot put into a notebook.",
        {
            "primes": SEND
            + """send('stream', {})
send('execute_result', {'data': 5})
send('display_data', {'data': {}})
send('update_display_data', {'transient': {'display_id': 'x'}})
send('comm_open', {})
send('nonsense', {})"""
        },
    ),
    Attack(
        "a message of four million lists",
        "12 MB of JSON are hundreds of MB once they are read.",
        {"primes": RAW + "raw(b'{\"text\": [' + b'[],' * 4_000_000 + b'0]}')"},
    ),
    Attack(
        "a reply of a million lists",
        "The same as a reply.",
        {"primes": FORGE + "agent.answer = lambda: reply(asked(), value=[[]] * 1_000_000)"},
    ),
    Attack(
        "ten thousand messages for an answer",
        "The grader has to read them all.",
        instead("[send('stream', {'name': 'stdout', 'text': 'x' * 1000}) for _ in range(10_000)]"),
    ),
    Attack(
        "an answer that drips",
        "A message every 10 ms, so that the grader never finds the time to look at its watch.",
        {
            "primes": f"""{SEND}
import time
def primes(n):
    while True:
        try:
            while True:
                send('stream', {{'name': 'stdout', 'text': 'x'}})
                time.sleep(0.01)
        except BaseException:
            pass"""
        },
    ),
    Attack(
        "other cells' displays changed",
        "An output with an id is updated while tests run.",
        {
            "primes": """
shown = display('1', display_id='mine')
def primes(n):
    shown.update({'text/plain': '2'}, raw=True)
    get_ipython().display_pub.clear_output()
    return 2"""
        },
    ),
]
