"""Stands for systemd: takes what sd_notify(3) sends to a socket and prints each datagram as one line of JSON.

As systemd does, it closes the descriptor that comes with BARRIER=1 when everything before it was read, and asks the kernel who
sends.  Usage: notify_socket.py ADDRESS, a path or @NAME.
"""

import array
import json
import os
import socket
import struct
import sys

address = sys.argv[1]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
listener.bind("\0" + address[1:] if address.startswith("@") else address)
if not address.startswith("@"):
    os.chmod(address, 0o777)
print(json.dumps({"listens": address}), flush=True)
while True:
    text, ancillary, _flags, _sender = listener.recvmsg(65536, socket.CMSG_SPACE(256) + socket.CMSG_SPACE(12))
    pid = 0
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid = struct.unpack("3i", content[:12])[0]
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors = array.array("i", content[: len(content) - len(content) % 4])
            for descriptor in descriptors:
                os.close(descriptor)
    lines = text.decode().strip().split("\n")
    if lines != ["BARRIER=1"]:
        print(json.dumps({"lines": lines, "pid": pid}), flush=True)
