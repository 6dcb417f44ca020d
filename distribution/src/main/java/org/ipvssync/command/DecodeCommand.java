package org.ipvssync.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.cli.Options;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.command.capture.CaptureException;
import org.ipvssync.command.capture.CapturedDatagram;
import org.ipvssync.command.capture.SyncCapture;

/** Shows what the sync datagrams of a capture say. */
final class DecodeCommand implements Command {
  @Override
  public Options options() {
    return new Options().addOption(Words.flag("json")).addOption(Words.value("port"));
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    Path file = Path.of(words.onePlain("FILE"));
    Set<Integer> ports = ports(words);
    StandardIo io = context.io();
    ToolLog.configure();
    MessageDecoder decoder = new MessageDecoder(codecs());
    MessagePrinter printer =
        words.has("json") ? new JsonPrinter(io.out()) : new TextPrinter(io.out());
    String remark;
    try (SyncCapture capture = open(file, ports)) {
      CapturedDatagram datagram = next(capture);
      while (datagram != null) {
        printer.print(decoder.decode(datagram));
        datagram = next(capture);
      }
      remark = capture.remark();
    } finally {
      printer.flush();
    }
    if (!remark.isEmpty()) {
      io.err().println(Main.PROGRAM + remark);
    }
    return 0;
  }

  /** The ports that are named. */
  static Set<Integer> ports(Words words) {
    return words.values("port").stream()
        .map(port -> Words.number("--port", port, 1, 65_535))
        .collect(Collectors.toSet());
  }

  private static SyncCapture open(Path file, Set<Integer> ports) throws IOException {
    try {
      return SyncCapture.open(file, ports);
    } catch (CaptureException e) {
      throw CommandException.failed(e.getMessage());
    }
  }

  private static CapturedDatagram next(SyncCapture capture) throws IOException {
    try {
      return capture.next();
    } catch (CaptureException e) {
      throw CommandException.failed(e.getMessage());
    }
  }

  private static Map<Integer, SyncCodec> codecs() {
    Map<Integer, SyncCodec> codecs = new HashMap<>();
    for (SyncCodec codec : ServiceLoader.load(SyncCodec.class)) {
      codecs.putIfAbsent(codec.version(), codec);
    }
    if (codecs.isEmpty()) {
      throw CommandException.failed("no codec in the distribution's bundles: unpack it again");
    }
    return codecs;
  }
}
