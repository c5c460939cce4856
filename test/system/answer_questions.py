"""Runs a program in a pseudo terminal and answers what it asks.

answer_questions.py '[["question", "answer"], ...]' COMMAND...

Each answer is typed once its question stands at the end of what was printed; "^C" is the key. Prints, as JSON, all that
the terminal showed and the exit code.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE = 25

pairs = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])

seen = ""


def read_more(until):
    """Reads what has come; False where the program is gone."""
    global seen
    ready, _, _ = select.select([terminal], [], [], max(0, until - time.monotonic()))
    if not ready:
        raise SystemExit(f"not in time; the terminal shows: {seen!r}")
    try:
        part = os.read(terminal, 65536)
    except OSError:
        return False
    seen += part.decode(errors="replace")
    return bool(part)


answered = 0
for question, answer in pairs:
    until = time.monotonic() + PATIENCE
    while question not in seen[answered:]:
        if not read_more(until):
            raise SystemExit(f"ended before {question!r} was asked; the terminal shows: {seen!r}")
    answered = len(seen)
    os.write(terminal, b"\x03" if answer == "^C" else answer.encode() + b"\r")
until = time.monotonic() + PATIENCE
while read_more(until):
    pass
_, status = os.waitpid(pid, 0)
print(json.dumps({"shown": seen, "code": os.waitstatus_to_exitcode(status)}))
