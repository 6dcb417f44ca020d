"""Process 1 of a guest, after init.sh: does what the test on the host asks for.

A line on the console names a request: the file /mnt/out/rpc/NAME.json of the host. What it prints goes to NAME.out
there, and "@@ NAME pid N" and "@@ NAME exit N" to the console. Requests run side by side. When the console ends, so
does the guest.
"""
import asyncio, ctypes, json, os, signal, socket, struct, sys, time, traceback, tty

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

RPC = "/mnt/out/rpc/"
CLONE_NEWNET = 0x40000000
FINIT_MODULE = 313  # x86-64, the only machine that User-Mode Linux of Debian is for
LIBC = ctypes.CDLL(None, use_errno=True)
POWER_OFF = 0x4321FEDC
MACHINE = os.open("/proc/self/ns/net", os.O_RDONLY)


class Namespace:
    """Within it, sockets are made, files of /proc read and processes started in that network namespace."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        if self.name:
            fd = os.open("/run/netns/" + self.name, os.O_RDONLY)
            self.enter(fd)
            os.close(fd)

    def __exit__(self, *_):
        self.enter(MACHINE)

    @staticmethod
    def enter(fd):
        if LIBC.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


def load_modules(names):
    """Loads modules after those that they need; NAME:KEY=VALUE sets a parameter."""
    folder = "/usr/lib/uml/modules/%s/" % os.uname().release
    needs, paths, loaded = {}, {}, set()
    with open(folder + "modules.dep") as lines:
        for line in lines:
            path, _, needed = line.partition(":")
            needs[path] = needed.split()
            paths[os.path.basename(path)[:-3]] = path

    def insert(path, parameters=""):
        if path in loaded:
            return
        loaded.add(path)
        for needed in reversed(needs[path]):
            insert(needed)
        fd = os.open(folder + path, os.O_RDONLY)
        if LIBC.syscall(FINIT_MODULE, fd, parameters.encode(), 0) and ctypes.get_errno() != 17:
            print("lab: module %s: %s" % (path, os.strerror(ctypes.get_errno())), flush=True)
        os.close(fd)

    for name in names:
        name, _, parameters = name.partition(":")
        if name in paths:
            insert(paths[name], parameters)
        else:
            print("lab: no module %s in %s" % (name, folder), flush=True)


class Agent:
    def __init__(self):
        # Not /dev/console, which is never hung up: the guest is to end with the test, whatever ends that.
        self.console = os.open("/dev/tty0", os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.console)
        self.input = b""
        self.children = {}  # by pid: what waits for its end
        self.tasks = set()
        self.traffic = None

    def say(self, *words):
        os.write(self.console, ("@@ %s\n" % " ".join(str(word) for word in words)).encode())

    def lines(self):
        """The console has something to read."""
        try:
            text = os.read(self.console, 4096)
        except OSError:
            text = b""
        if not text:
            LIBC.reboot(POWER_OFF)
        *names, self.input = (self.input + text).split(b"\n")
        for name in names:
            task = asyncio.ensure_future(self.answer(name.decode().strip()))
            self.tasks.add(task)  # the loop itself does not hold it
            task.add_done_callback(self.tasks.discard)

    async def answer(self, name):
        try:
            with open(RPC + name + ".json") as file:
                request = json.load(file)
            status = await getattr(self, "do_" + request.pop("do"))(name, **request)
        except Exception:
            self.put(name, traceback.format_exc())
            status = 1
        self.say(name, "exit", status)

    def put(self, name, text):
        with open(RPC + name + ".out", "w") as file:
            file.write(text)
        return 0

    async def do_run(self, name, line, ns=None):
        """A shell's line in a namespace, to its end; a process group of its own."""
        out = (os.POSIX_SPAWN_OPEN, 1, RPC + name + ".out", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
        files = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), out, (os.POSIX_SPAWN_DUP2, 1, 2)]
        with Namespace(ns):
            pid = os.posix_spawn("/bin/sh", ["sh", "-c", line], os.environ, file_actions=files, setsid=True)
        ended = self.children[pid] = asyncio.get_running_loop().create_future()
        self.say(name, "pid", pid)
        return os.waitstatus_to_exitcode(await ended)

    def reap(self):
        """Some child has ended: ours, or one that was left to process 1."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            ended = self.children.pop(pid, None)
            if ended:
                ended.set_result(status)

    async def do_signal(self, name, pid, number, group=True):
        try:
            (os.killpg if group else os.kill)(pid, number)
        except ProcessLookupError:
            pass  # ended by itself
        return 0

    async def do_read(self, name, paths, ns=None):
        """Files as they are in a namespace, one after the other, with the time of each on a line before it."""
        parts = []
        with Namespace(ns):
            for path in paths:
                with open(path.replace("/proc/net/", "/proc/thread-self/net/")) as file:
                    parts.append("@ %.3f\n%s" % (time.time(), file.read()))
        return self.put(name, "".join(parts))

    async def do_write(self, name, values, ns=None):
        """Texts into existing files, such as sysctls."""
        with Namespace(ns):
            for path, text in values.items():
                with open(path, "w") as file:
                    file.write(text)
        return 0

    async def do_send(self, name, to, port, interface, payloads, ns=None):
        """Datagrams, in hex, to a multicast group, as another machine on that interface sends them."""
        v6 = ":" in to
        with Namespace(ns):
            sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM)
            index = socket.if_nametoindex(interface)
        with sock:
            if v6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            else:
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", b"", b"", index))
            for payload in payloads:
                sock.sendto(bytes.fromhex(payload), (to, port))
        return 0

    async def do_control(self, name, path, line):
        """A line to a node of ours, over its control socket."""
        reader, writer = await asyncio.open_unix_connection(path)
        text = line.encode()
        writer.write(struct.pack(">cI", b"C", len(text)) + text)
        printed = b""
        while True:
            kind, length = struct.unpack(">cI", await reader.readexactly(5))
            payload = await reader.readexactly(length)
            if kind == b"X":
                writer.close()
                self.put(name, printed.decode())
                return int(payload)
            printed += payload

    async def do_traffic(self, name, call, **arguments):
        """A method of traffic.Traffic; what it gives back is the output, as JSON."""
        if not self.traffic:
            from traffic import Traffic
            self.traffic = Traffic(Namespace)
        return self.put(name, json.dumps(await getattr(self.traffic, call)(**arguments)))


async def main():
    agent = Agent()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGCHLD, agent.reap)
    loop.add_reader(agent.console, agent.lines)
    agent.say("agent", "pid", os.getpid())
    await asyncio.Event().wait()


if __name__ == "__main__":
    load_modules(filter(None, os.environ.get("LAB_MODULES", "").split(",")))
    asyncio.run(main())
