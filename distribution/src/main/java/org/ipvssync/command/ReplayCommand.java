package org.ipvssync.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.apache.commons.cli.Options;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;
import org.ipvssync.command.capture.CaptureException;
import org.ipvssync.command.capture.SyncCapture;

/** Sends the sync datagrams of a capture again. */
final class ReplayCommand implements Command {
  private static final String TRANSPORT = "multicast";
  private static final int DEFAULT_RATE = 1_000;
  private static final int MAX_RATE = 1_000_000;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_SYNC_PORTS = 64;
  private static final int MAX_TTL = 255;

  @Override
  public Options options() {
    return new Options()
        .addOption(Words.value("mcast-interface"))
        .addOption(Words.value("mcast-group"))
        .addOption(Words.value("mcast-port"))
        .addOption(Words.value("mcast-ttl"))
        .addOption(Words.value("sync-ports"))
        .addOption(Words.value("port"))
        .addOption(Words.value("rate"))
        .addOption(Words.flag("realtime"));
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    Path file = Path.of(words.onePlain("FILE"));
    LinkAddress address = address(words);
    Replay.Pace pace = pace(words);
    ToolLog.configure();
    try (SyncCapture capture = SyncCapture.open(file, DecodeCommand.ports(words));
        SyncSender sender = transport().openSender(address)) {
      Replay replay = new Replay(capture, sender, address.syncPorts(), pace);
      try {
        replay.run();
      } finally {
        context.io().print(replay.summary(address) + "\n");
      }
      if (!capture.remark().isEmpty()) {
        context.io().err().println(Main.PROGRAM + capture.remark());
      }
      return replay.sent() == 0 ? CommandException.FAILED : 0;
    } catch (CaptureException | TransportException e) {
      throw CommandException.failed(e.getMessage());
    }
  }

  private static LinkAddress address(Words words) {
    if (!words.has("mcast-interface")) {
      throw CommandException.usage("--mcast-interface is missing");
    }
    int syncPorts = words.number("sync-ports", 1, 1, MAX_SYNC_PORTS);
    try {
      return new LinkAddress(
          words.value("mcast-interface", ""),
          new ConfigCheck("replay")
              .group("--mcast-group", words.value("mcast-group", LinkAddress.DEFAULT_GROUP)),
          words.number("mcast-port", LinkAddress.DEFAULT_PORT, 1, MAX_PORT + 1 - syncPorts),
          syncPorts,
          words.number("mcast-ttl", 1, 1, MAX_TTL),
          0,
          true);
    } catch (ConfigException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private static Replay.Pace pace(Words words) {
    if (words.has("realtime") && words.has("rate")) {
      throw CommandException.usage("--rate or --realtime, not both");
    }
    return words.has("realtime")
        ? Replay.Pace.ofCapture()
        : Replay.Pace.ofRate(words.number("rate", DEFAULT_RATE, 1, MAX_RATE));
  }

  private static SyncTransport transport() {
    for (SyncTransport transport : ServiceLoader.load(SyncTransport.class)) {
      if (transport.name().equals(TRANSPORT)) {
        return transport;
      }
    }
    throw CommandException.failed("no transport in the distribution's bundles: unpack it again");
  }
}
