"""Types into an interactive shell in a terminal, as a person does, and tells which words the tab key made of it.

Usage: type_in_shell.py START LOAD TYPED...   START is the shell as a list in JSON, LOAD the line that brings the completion.
Each TYPED follows the program's name. Prints a list, in JSON, of the words that the program was then called with.
"""

import json
import os
import pty
import select
import shlex
import sys
import time

start, load, typed = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3:]
QUIET, PATIENCE = 0.15, 15.0
# The program that is asked leaves this when it has answered.
ANSWERED = os.path.expanduser("~/answered")

child, terminal = pty.fork()
if child == 0:
    os.execvp(start[0], start)


def read_until(wanted, quiet=None):
    """Everything printed until `wanted` stands in it, or, with `quiet`, until nothing comes for so many seconds."""
    seen, end = "", time.monotonic() + PATIENCE
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], quiet or 0.1)
        if ready:
            try:
                seen += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                return seen
        elif quiet:
            return seen
        if wanted is not None and wanted in seen:
            return seen
    raise SystemExit(f"{wanted!r} was not printed, but {seen!r}")


def send(text):
    os.write(terminal, text.encode())


# The program's name becomes a word that shows what it was called with; the marks are not what was typed.
is_fish = start[0] == "fish"
read_until(None, 0.5)
send(load + "\r")
read_until(None, 1.0)
shown = "function shown; printf 'W%s:' ORDS $argv; echo; end" if is_fish else "shown() { printf 'W%s:' ORDS \"$@\"; echo; }"
send(shown + "\r")
read_until(None, QUIET)
found = []
for words in typed:
    send(f"dss-probe {words}")
    read_until(None, QUIET)
    if os.path.exists(ANSWERED):
        os.remove(ANSWERED)
    send("\t")
    end = time.monotonic() + PATIENCE
    while not os.path.exists(ANSWERED) and time.monotonic() < end:
        read_until(None, 0.02)
    read_until(None, QUIET)
    # To the beginning of the line, the name away, another one in its place.
    send("\x01shown \r")
    seen = read_until("WORDS:", None) + read_until(None, QUIET)
    line = [part for part in seen.replace("\r", "\n").split("\n") if "WORDS:" in part][-1]
    answer = line[line.index("WORDS:") + len("WORDS:") :]
    found.append([word[1:] for word in answer.split(":") if word.startswith("W")][1:])
send("exit\r")
os.close(terminal)
print(json.dumps(found))
