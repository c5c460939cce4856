"""Runs a program on a terminal of its own and types one line when it asks something.

Usage: type_answer.py LINE PROGRAM ARGUMENTS... Prints what the terminal shows; ends as the program ends.
"""

import os
import pty
import re
import select
import sys
import time

PATIENCE_S = 30
# Where the cursor goes and what is erased is no part of what is shown.
CONTROL = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")


def main():
    line, command = sys.argv[1], sys.argv[2:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    shown, is_typed, end = b"", False, time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        elif not is_typed and CONTROL.sub(b"", shown).rstrip().endswith((b":", b"]")):
            os.write(terminal, line.encode() + b"\r")
            is_typed = True
    _, status = os.waitpid(child, 0)
    sys.stdout.buffer.write(shown)
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(status))


main()
