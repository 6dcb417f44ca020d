"""Clients and real servers of a guest, in one process: a socket belongs to the namespace that it was made in.

Each public coroutine of Traffic is one call of the test. The echo servers know two words: after "bye" the server
closes first, after "hold" it keeps its side open when the client closes.
"""
import asyncio, itertools, os, socket, struct

SCTP = 132
PROTO = {"tcp": (socket.SOCK_STREAM, 0), "udp": (socket.SOCK_DGRAM, 0), "sctp": (socket.SOCK_STREAM, SCTP)}
PATIENCE = 30


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


async def connect(sock, to):
    """Like loop.sock_connect, which does not know SCTP."""
    loop = asyncio.get_running_loop()
    try:
        sock.connect(to)
        return
    except BlockingIOError:
        pass
    ready = loop.create_future()
    loop.add_writer(sock, lambda: ready.done() or ready.set_result(None))
    try:
        await asyncio.wait_for(ready, PATIENCE)
    finally:
        loop.remove_writer(sock)
    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))


async def receive(sock, size=4096, patience=PATIENCE):
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(sock, size), patience)


class Session:
    """A client's connection that lives until it is closed or broken."""

    def __init__(self, sock):
        self.sock, self.error, self.rounds, self.busy = sock, None, 0, asyncio.Lock()
        self.kept = False

    async def echo(self, word=b"echo", patience=PATIENCE):
        """A message and its answer; False once the connection is broken."""
        async with self.busy:
            if self.error:
                return False
            try:
                await asyncio.get_running_loop().sock_sendall(self.sock, word)
                if not await receive(self.sock, patience=patience):
                    raise ConnectionError("closed by the server")
                self.rounds += 1
                return True
            except (OSError, asyncio.TimeoutError) as e:
                self.error = str(e) or type(e).__name__
                return False

    async def keep(self, interval, patience):
        while await self.echo(patience=patience):
            await asyncio.sleep(interval)

    async def lives(self, rounds, patience):
        """Whether so many more messages are answered in time; one that is kept sends them itself."""
        wanted, deadline = self.rounds + rounds, asyncio.get_running_loop().time() + patience
        while self.rounds < wanted and not self.error and asyncio.get_running_loop().time() < deadline:
            if self.kept:
                await asyncio.sleep(0.1)
            else:
                await self.echo(patience=patience)
        return self.rounds >= wanted

    def unbroken(self):
        """Whether neither an end nor a reset has come; asks nobody."""
        try:
            return not self.error and self.sock.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError as e:
            self.error = str(e)
            return False


class Traffic:
    def __init__(self, namespace):
        self.namespace = namespace
        self.groups = {}   # sessions by the name of their group
        self.tasks = set()
        self.kept = []     # sockets that stay open

    def spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def sock(self, ns, proto, address, port=0):
        kind, number = PROTO[proto]
        with self.namespace(ns):
            sock = socket.socket(family(address), kind, number)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.setblocking(False)
        return sock

    # ---- real servers

    async def serve(self, ns, address, port, proto="tcp", reply=True):
        """An echo server, until the guest ends."""
        sock = self.sock(ns, proto, address, port)
        if proto == "udp":
            asyncio.get_running_loop().add_reader(sock, self.answer, sock, reply)
        else:
            sock.listen(1024)
            self.spawn(self.accept(sock, self.echo))

    def answer(self, sock, reply):
        data, client = sock.recvfrom(2048)
        if reply:
            sock.sendto(data, client)

    async def accept(self, sock, handle, *arguments):
        while True:
            client, _ = await asyncio.get_running_loop().sock_accept(sock)
            client.setblocking(False)
            self.spawn(handle(client, *arguments))

    async def echo(self, sock):
        loop, hold = asyncio.get_running_loop(), False
        try:
            while True:
                data = await loop.sock_recv(sock, 4096)
                if not data:
                    break
                hold = hold or data == b"hold"
                await loop.sock_sendall(sock, data)
                if data == b"bye":
                    break
        except OSError:
            pass
        if hold:
            self.kept.append(sock)
        else:
            sock.close()

    # ---- clients

    async def open(self, group, ns, to, port, sources, n, proto="tcp", cport=0, rounds=3, endings=("open",)):
        """n connections, one after the other, each with some messages and then the next of the endings.

        open and idle stay, client and server close first, half closes the client's side only, reset aborts."""
        sessions = self.groups.setdefault(group, [])
        failed = []
        for i, ending in zip(range(n), itertools.cycle(endings)):
            sock = self.sock(ns, proto, sources[i % len(sources)], cport and cport + i)
            session = Session(sock)
            try:
                await connect(sock, (to, port))
                for _ in range(0 if ending == "idle" else rounds):
                    await session.echo()
                if ending in ("open", "idle"):
                    sessions.append(session)
                elif ending == "client":
                    sock.close()
                elif ending == "server":
                    await session.echo(b"bye")
                    self.kept.append(sock)
                elif ending == "half":
                    await session.echo(b"hold")
                    sock.shutdown(socket.SHUT_WR)
                    self.kept.append(sock)
                elif ending == "reset":
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    sock.close()
            except (OSError, asyncio.TimeoutError) as e:
                session.error = str(e) or type(e).__name__
            if session.error:
                failed.append("%s: %s" % (ending, session.error))
        return {"failed": failed}

    async def keep(self, group, interval, patience=PATIENCE):
        """From now on each session of the group sends a message so often, and waits so long for an answer."""
        for i, session in enumerate(self.groups[group]):
            session.kept = True
            asyncio.get_running_loop().call_later(
                interval * i / len(self.groups[group]), self.spawn, session.keep(interval, patience))

    async def check(self, group, rounds=1, patience=PATIENCE):
        """So many messages and their answers on each session of the group; no rounds: nobody has ended it."""
        sessions = self.groups.get(group, [])
        if rounds:
            alive = await asyncio.gather(*(session.lives(rounds, patience) for session in sessions))
        else:
            alive = [session.unbroken() for session in sessions]
        errors = [session.error for session in sessions if session.error]
        return {"alive": sum(alive), "of": len(sessions), "errors": sorted(set(errors))}

    async def close(self, group):
        for session in self.groups.pop(group, []):
            session.sock.close()

    async def udp(self, ns, to, port, sources, n, packets=(1, 2, 4), cport=0):
        """n clients, each with the next number of packets."""
        for i, count in zip(range(n), itertools.cycle(packets)):
            sock = self.sock(ns, "udp", sources[i % len(sources)], cport and cport + i)
            sock.connect((to, port))
            for _ in range(count):
                sock.send(b"packet")
                await asyncio.sleep(0)
            self.kept.append(sock)

    async def sip(self, ns, to, port, sources, n):
        """n calls; each message is a connection of its own for the persistence engine."""
        for i in range(n):
            source = sources[i % len(sources)]
            sock = self.sock(ns, "udp", source)
            for number in range(1 + i % 3):
                lines = ["INVITE sip:bob@example.net SIP/2.0", "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%d" % (source, i),
                         "From: <sip:alice@example.net>;tag=%d" % i, "To: <sip:bob@example.net>",
                         "Call-ID: call-%d@example.net" % i, "CSeq: %d INVITE" % (number + 1), "Content-Length: 0", "", ""]
                sock.sendto("\r\n".join(lines).encode(), (to, port))
                await asyncio.sleep(0.01)
            sock.close()

    # ---- FTP

    async def serve_ftp(self, ns, address):
        """As much of an FTP server as ip_vs_ftp looks at."""
        sock = self.sock(ns, "tcp", address, 21)
        sock.listen(64)
        self.spawn(self.accept(sock, self.ftp_server, ns, address))

    async def ftp_server(self, control, ns, address):
        loop, passive = asyncio.get_running_loop(), None
        await loop.sock_sendall(control, b"220 hello\r\n")
        while True:
            try:
                word, _, argument = (await loop.sock_recv(control, 500)).decode().strip().partition(" ")
            except OSError:
                word = ""
            if not word:
                control.close()
                return
            answer = {"USER": "331 password", "PASS": "230 welcome"}.get(word, "226 done")
            if word == "PASV":
                passive = self.sock(ns, "tcp", address)
                passive.listen(1)
                data_port = passive.getsockname()[1]
                answer = "227 Entering Passive Mode (%s,%d,%d)." % (
                    address.replace(".", ","), data_port >> 8, data_port & 255)
            elif word == "PORT":
                numbers = argument.split(",")
                data = self.sock(ns, "tcp", address, 20)
                await connect(data, (".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5])))
                self.kept.append(data)
                for _ in range(4):
                    await loop.sock_sendall(data, b"data" * 50)
            elif word == "RETR":
                data, _ = await loop.sock_accept(passive)
                self.kept.append(data)
                for _ in range(4):
                    await loop.sock_sendall(data, b"data" * 50)
            await loop.sock_sendall(control, answer.encode() + b"\r\n")

    async def ftp(self, ns, to, sources, n):
        """n sessions that stay open, passive and active transfers by turns."""
        loop = asyncio.get_running_loop()
        for i in range(n):
            source = sources[i % len(sources)]
            control = self.sock(ns, "tcp", source)
            await connect(control, (to, 21))
            self.kept.append(control)

            async def ask(line):
                await loop.sock_sendall(control, line.encode() + b"\r\n")
                return (await receive(control)).decode()
            await receive(control)
            await ask("USER anonymous")
            await ask("PASS guest")
            if i % 2 == 0:
                numbers = (await ask("PASV")).split("(")[1].split(")")[0].split(",")
                data = self.sock(ns, "tcp", source)
                await connect(data, (".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5])))
                await ask("RETR file")
                await receive(data)
            else:
                listening = self.sock(ns, "tcp", source)
                listening.listen(1)
                data_port = listening.getsockname()[1]
                await ask("PORT %s,%d,%d" % (source.replace(".", ","), data_port >> 8, data_port & 255))
                data, _ = await asyncio.wait_for(loop.sock_accept(listening), PATIENCE)
                await receive(data)
                listening.close()
            self.kept.append(data)
