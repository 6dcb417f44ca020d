package org.ipvssync.kernel.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.kernel.internal.Services.Destination;
import org.ipvssync.kernel.internal.Services.Key;
import org.ipvssync.kernel.internal.Services.Service;

/**
 * Reads {@code /proc/net/ip_vs}.
 *
 * <pre>
 *   TCP  C0A832C8:0050 rr  persistent 30000 FFFFFFFF        300 s at 100 ticks a second
 *     -&gt; AC100915:0050      Masq    1      0          0
 *   TCP  [fd50:0000:...:beef]:0050 rr persistent 30000 80000000
 *   FWM  00000011 rr persistent 5000 FFFFFF00
 * </pre>
 *
 * <p>Source: {@code ip_vs_info_seq_show} in net/netfilter/ipvs/ip_vs_ctl.c.
 */
final class ProcServices {
  private static final String[] FORWARDING = {"Masq", "Local", "Tunnel", "Route", "Bypass"};
  private static final int[] FORWARDING_FLAGS = {
    ConnFlags.MASQ, ConnFlags.LOCALNODE, ConnFlags.TUNNEL, ConnFlags.DROUTE, ConnFlags.BYPASS
  };

  /** Any order, as long as it is always the same. */
  private static final Comparator<Destination> ORDER =
      Comparator.<Destination>comparingInt(d -> d.address().w0())
          .thenComparingInt(d -> d.address().w1())
          .thenComparingInt(d -> d.address().w2())
          .thenComparingInt(d -> d.address().w3())
          .thenComparingInt(Destination::port);

  private final List<Service> services = new ArrayList<>();
  private List<Destination> destinations = new ArrayList<>();
  private int badLines;

  private ProcServices() {}

  /**
   * What was read.
   *
   * @param badLines lines that were not understood
   */
  record Result(Services services, int badLines) {}

  /** Reads the file. */
  static Result read(Path file) throws IOException {
    ProcServices reader = new ProcServices();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.line(line);
      }
    }
    return new Result(reader.sorted(), reader.badLines);
  }

  private void line(String line) {
    String[] words = line.strip().split(" +");
    try {
      if (words[0].equals("->")) {
        if (!words[1].startsWith("RemoteAddress")) {
          destinations.add(destination(words));
        }
      } else if (!words[0].isEmpty() && !words[0].equals("IP") && !words[0].equals("Prot")) {
        // What follows a line that is not understood belongs to nobody.
        destinations = new ArrayList<>();
        services.add(service(words, destinations));
      }
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      badLines++;
    }
  }

  private static Service service(String[] words, List<Destination> destinations) {
    int persistence = 0;
    for (int i = 2; i < words.length - 1; i++) {
      if (words[i].equals("persistent")) {
        persistence = Integer.parseInt(words[i + 1]);
      }
    }
    if (words[0].equals("FWM")) {
      return new Service(null, Integer.parseUnsignedInt(words[1], 16), persistence, destinations);
    }
    int protocol = ProcConns.protocol(words[0]);
    if (protocol < 0) {
      throw new NumberFormatException("no protocol: " + words[0]);
    }
    return new Service(
        new Key(protocol, address(words[1]), port(words[1])), 0, persistence, destinations);
  }

  private static Destination destination(String[] words) {
    for (int i = 0; i < FORWARDING.length; i++) {
      if (words[2].equals(FORWARDING[i])) {
        return new Destination(address(words[1]), port(words[1]), FORWARDING_FLAGS[i]);
      }
    }
    throw new NumberFormatException("no forwarding method: " + words[2]);
  }

  private static AddressWords address(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    String address = endpoint.substring(0, colon);
    return AddressWords.parse(
        address.startsWith("[") ? address.substring(1, address.length() - 1) : address);
  }

  private static int port(String endpoint) {
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1), 16);
  }

  /** The kernel's order of destinations changes with weights and time: it means nothing. */
  private Services sorted() {
    List<Service> all = new ArrayList<>();
    for (Service s : services) {
      List<Destination> inOrder = s.destinations().stream().sorted(ORDER).toList();
      all.add(new Service(s.key(), s.fwmark(), s.persistenceJiffies(), inOrder));
    }
    // Only services for one mark are ever compared with each other by their place.
    all.sort(Comparator.comparingInt(Service::fwmark).thenComparing(ProcServices::compare));
    return new Services(all);
  }

  private static int compare(Service one, Service other) {
    List<Destination> ones = one.destinations();
    List<Destination> others = other.destinations();
    for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
      int order = ORDER.compare(ones.get(i), others.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(ones.size(), others.size());
  }
}
