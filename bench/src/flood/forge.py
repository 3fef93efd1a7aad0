"""Floods a port on loopback with datagrams of forged sources, and counts what is sent back to each of them.

Reads one line of JSON: {"file", "port", "packets", "rate"}. The file holds the datagrams, each behind its length in two
bytes. Without a port, they go where nobody ever reads. Packet n goes out from 127.16.0.0 + n by a raw socket, from a port that this process owns: whatever is answered to
any of the sources arrives there. Writes a line of JSON when all have gone, and another when nothing has come for a while.
"""
import array
import json
import socket
import struct
import sys
import time

FIRST_SOURCE = (127 << 24) + (16 << 16)
IP_PKTINFO = 8
SO_RCVBUFFORCE = 33
# Longer than a call waits: nobody is answered any more after that.
QUIET_SECONDS = 6.0


def read_datagrams(path):
    with open(path, "rb") as file:
        content = file.read()
    datagrams = []
    at = 0
    while at < len(content):
        (length,) = struct.unpack_from(">H", content, at)
        datagrams.append(content[at + 2 : at + 2 + length])
        at += 2 + length
    return datagrams


def open_ear():
    """What hears every address of 127.0.0.0/8 at one port."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    ear.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    ear.bind(("0.0.0.0", 0))
    ear.setblocking(False)
    return ear


def open_deaf():
    deaf = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    deaf.bind(("127.0.0.1", 0))
    return deaf


def hear(ear, bytes_out):
    while True:
        try:
            datagram, ancillary, _flags, _sender = ear.recvmsg(2048, 64)
        except BlockingIOError:
            return
        (source,) = struct.unpack_from(">I", ancillary[0][2], 8)
        index = source - FIRST_SOURCE
        if 0 <= index < len(bytes_out):
            bytes_out[index] += len(datagram)


def forged(datagram, index, from_port, to_port):
    """An IPv4 packet; the kernel fills in its length and checksum, and UDP need not have one."""
    target = socket.inet_aton("127.0.0.1")
    header = struct.pack(">BBHHHBBHI4s", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0, FIRST_SOURCE + index, target)
    return header + struct.pack(">HHHH", from_port, to_port, 8 + len(datagram), 0) + datagram


def flood(raw, ear, order, datagrams, bytes_out):
    from_port = ear.getsockname()[1]
    deaf = open_deaf()
    to_port = order.get("port", deaf.getsockname()[1])
    began = time.perf_counter()
    sent = 0
    while sent < order["packets"]:
        due = min(order["packets"], int((time.perf_counter() - began) * order["rate"]))
        while sent < due:
            packet = forged(datagrams[sent % len(datagrams)], sent, from_port, to_port)
            raw.sendto(packet, ("127.0.0.1", 0))
            sent += 1
        hear(ear, bytes_out)
        time.sleep(0.0005)
    return time.perf_counter() - began


def main():
    order = json.loads(sys.stdin.readline())
    datagrams = read_datagrams(order["file"])
    bytes_in = array.array("I", (len(datagrams[n % len(datagrams)]) for n in range(order["packets"])))
    bytes_out = array.array("I", bytes(4 * order["packets"]))
    ear = open_ear()
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        seconds = flood(raw, ear, order, datagrams, bytes_out)
    print(json.dumps({"seconds": seconds}), flush=True)
    until = time.perf_counter() + QUIET_SECONDS
    while time.perf_counter() < until:
        hear(ear, bytes_out)
        time.sleep(0.01)
    most = max(out / put for out, put in zip(bytes_out, bytes_in))
    print(json.dumps({"mostBytesOutPerByteIn": most, "bytesIn": sum(bytes_in), "bytesOut": sum(bytes_out)}), flush=True)


main()
