"""Sends datagrams to a group and reads the tables of the two backups that listen there, the kernel's and ours.

Runs in the backups' namespace; sends from another. Waits at each pause until both have received everything: what a full
socket drops would be lost in silence, and what waits would start its life later in one table than in the other.
"""
import ctypes, json, os, socket, struct, sys, time

PATIENCE = 60
PAUSE = 0xFFFF  # in place of a length
TICKS = 0.03    # seconds: some of the kernel's timer ticks
CLONE_NEWNET = 0x40000000


def queues(port):
    """(bytes that wait, datagrams dropped) of each socket with that port."""
    found = []
    with open("/proc/thread-self/net/udp") as lines:
        next(lines)
        for line in lines:
            columns = line.split()
            if int(columns[1].split(":")[1], 16) == port:
                found.append((int(columns[4].split(":")[1], 16), int(columns[-1])))
    return found


def await_queues(port):
    deadline = time.monotonic() + PATIENCE
    while any(waiting for waiting, _ in queues(port)):
        if time.monotonic() > deadline:
            raise SystemExit("a backup does not read: %s" % queues(port))
        time.sleep(0.001)


def sender(namespace, interface):
    libc = ctypes.CDLL(None, use_errno=True)
    here, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open("/run/netns/" + namespace, os.O_RDONLY)
    if libc.setns(there, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    index = socket.if_nametoindex(interface)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", b"", b"", index))
    if libc.setns(here, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
    return sock


def send(sock, group, port, path):
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        length, = struct.unpack_from(">H", data, at)
        at += 2
        if length == PAUSE:
            await_queues(port)
            time.sleep(TICKS)
        else:
            sock.sendto(data[at:at + length], (group, port))
            at += length


def kernel_table(path):
    with open("/proc/thread-self/net/ip_vs_conn", "rb") as table, open(path, "wb") as out:
        out.write(table.read())


def our_table(control, path):
    line = b"connections --format json"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock, open(path, "wb") as out:
        sock.connect(control)
        sock.sendall(struct.pack(">cI", b"C", len(line)) + line)
        reader = sock.makefile("rb")
        while True:
            kind, length = struct.unpack(">cI", reader.read(5))
            payload = reader.read(length)
            if kind == b"X":
                if payload != b"0":
                    raise SystemExit("connections ended with " + payload.decode())
                return
            out.write(payload)


def main(out, control, namespace, interface, group, port, path=None):
    port = int(port)
    if path:
        send(sender(namespace, interface), group, port, path)
    times = [time.time()]
    kernel_table(out + ".kernel")
    times.append(time.time())
    our_table(control, out + ".ours")
    print(json.dumps({"kernelRead": times[0], "ourRead": times[1], "drops": [drops for _, drops in queues(port)]}))


main(*sys.argv[1:])
