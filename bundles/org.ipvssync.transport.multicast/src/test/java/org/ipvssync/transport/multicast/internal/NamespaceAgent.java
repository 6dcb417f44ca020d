package org.ipvssync.transport.multicast.internal;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncReceiver;
import org.ipvssync.api.wire.SyncSender;

/**
 * A program that a test runs inside a network namespace, since a JVM cannot enter one. Reads one
 * command a line, answers with one line, ends with its input.
 *
 * <pre>
 * listen ID INTERFACE GROUP PORT          ok | failed MESSAGE
 * speak ID INTERFACE GROUP PORT LOOPBACK  ok | failed MESSAGE
 * send ID TEXT [TIMES]                    ok | failed MESSAGE
 * receive ID MILLISECONDS                 TEXT | nothing | failed MESSAGE
 * usable ID, length ID, source ID         true, 1472, /10.9.0.1:40000
 * peer ID INTERFACE GROUP PORT            ok | failed MESSAGE
 * ask ID TEXT                             ok | failed MESSAGE
 * answer ID TEXT (to whom was received)   ok | failed MESSAGE
 * hear ID MILLISECONDS                    TEXT | nothing | failed MESSAGE
 * close ID                                ok
 * </pre>
 *
 * <p>Each end is opened by a node of its own, named by ID up to a slash: a/1 and a/2 are of one.
 */
final class NamespaceAgent {
  private final Map<String, MulticastTransport> nodes = new HashMap<>();
  private final Map<String, Closeable> ends = new HashMap<>();
  private final LinkCounters counters = new LinkCounters();
  private SocketAddress asker;

  private NamespaceAgent() {}

  /** Serves standard input. */
  public static void main(String[] args) throws IOException {
    NamespaceAgent agent = new NamespaceAgent();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(agent.answer(line.split(" ")));
    }
  }

  private String answer(String[] words) {
    try {
      return answerOrFail(words, words[1]);
    } catch (IOException e) {
      return "failed " + e.getMessage();
    }
  }

  private String answerOrFail(String[] words, String id) throws IOException {
    switch (words[0]) {
      case "listen" -> ends.put(id, node(id).openReceiver(address(words, true), counters));
      case "speak" ->
          ends.put(id, node(id).openSender(address(words, Boolean.parseBoolean(words[5]))));
      case "send" -> send((SyncSender) ends.get(id), words);
      case "close" -> ends.remove(id).close();
      case "receive" -> {
        return receive((SyncReceiver) ends.get(id), Long.parseLong(words[2]));
      }
      case "peer" -> ends.put(id, node(id).openPeerSocket(address(words, false)));
      case "ask" -> ((PeerSocket) ends.get(id)).sendToGroup(text(words[2]));
      case "answer" -> ((PeerSocket) ends.get(id)).send(text(words[2]), asker);
      case "hear" -> {
        return hear((PeerSocket) ends.get(id), Long.parseLong(words[2]));
      }
      case "usable" -> {
        return Boolean.toString(((SyncSender) ends.get(id)).isUsable());
      }
      case "source" -> {
        return ((MulticastSender) ends.get(id)).sources().getFirst().toString();
      }
      case "length" -> {
        return ends.get(id) instanceof SyncReceiver receiver
            ? Integer.toString(receiver.defaultMaxLength())
            : Integer.toString(((SyncSender) ends.get(id)).defaultMaxLength());
      }
      default -> throw new IOException("unknown command " + words[0]);
    }
    return "ok";
  }

  private static void send(SyncSender sender, String[] words) throws IOException {
    int times = words.length > 3 ? Integer.parseInt(words[3]) : 1;
    byte[] bytes = words[2].repeat(times).getBytes(StandardCharsets.US_ASCII);
    sender.send(Datagram.of(bytes), 0);
  }

  private static Datagram text(String text) {
    return Datagram.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  private String receive(SyncReceiver receiver, long timeoutMs) throws IOException {
    Datagram datagram = new Datagram(Datagram.MAX_BYTES);
    return receiver.receive(datagram, timeoutMs) ? textOf(datagram) : "nothing";
  }

  private String hear(PeerSocket socket, long timeoutMs) throws IOException {
    Datagram datagram = new Datagram(Datagram.MAX_BYTES);
    return socket.receive(datagram, timeoutMs) ? textOf(datagram) : "nothing";
  }

  private String textOf(Datagram datagram) {
    asker = datagram.source();
    return new String(datagram.toBytes(), StandardCharsets.US_ASCII);
  }

  private MulticastTransport node(String id) {
    return nodes.computeIfAbsent(id.split("/")[0], name -> new MulticastTransport());
  }

  private static LinkAddress address(String[] words, boolean loopback) {
    return new LinkAddress(
        words[2], InetAddress.ofLiteral(words[3]), Integer.parseInt(words[4]), 1, 1, 0, loopback);
  }
}
