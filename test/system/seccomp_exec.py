"""Runs a program under the filter of system calls and address families that a unit of systemd asks for.

What the filter does not name fails with EPERM, as SystemCallErrorNumber=EPERM says; other families of addresses fail with
EAFNOSUPPORT.  Usage: seccomp_exec.py UNIT COMMAND...
"""

import errno
import os
import re
import subprocess
import sys

import seccomp


def members(name):
    """The system calls of a set of systemd, those of the sets inside it included."""
    listed = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", name], capture_output=True, text=True, check=True)
    found = set()
    for word in listed.stdout.split("\n")[1:]:
        word = word.strip()
        if word.startswith("@"):
            found |= members(word)
        elif re.fullmatch(r"[a-z0-9_]+", word):
            found.add(word)
    return found


unit, command = sys.argv[1], sys.argv[2:]
with open(unit) as text:
    settings = [line.strip().split("=", 1) for line in text if re.match(r"\w+=", line)]
allowed = set()
for words in [value.split() for key, value in settings if key == "SystemCallFilter"]:
    takes = words[0].startswith("~")
    for name in [word.lstrip("~") for word in words]:
        allowed = allowed - members(name) if takes else allowed | members(name)
families = {getattr(__import__("socket"), name) for key, value in settings if key == "RestrictAddressFamilies" for name in value.split()}

rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
for name in allowed | {"execve"}:
    if name == "socket":
        continue
    try:
        rules.add_rule(seccomp.ALLOW, name)
    except RuntimeError:
        pass  # Of another architecture, or newer than the library.
for family in families:
    rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, int(family)))
rules.load()
os.execvp(command[0], command)
