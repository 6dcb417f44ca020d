package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;

/** How connections are listed. */
enum ConnectionFormat {
  /** The lines of {@code ipvsadm -Lnc}. */
  IPVSADM {
    @Override
    Lines open(PrintWriter out) {
      out.println(ConnText.IPVSADM_HEADER);
      return batch -> {
        for (int i = 0; i < batch.size(); i++) {
          out.println(ConnText.ipvsadmLine(batch, i));
        }
      };
    }
  },

  /** Aligned columns with all that people look for. */
  TABLE {
    @Override
    Lines open(PrintWriter out) {
      return new ConnectionTable(out);
    }
  },

  /** The columns of {@code /proc/net/ip_vs_conn_sync}. */
  PROC {
    @Override
    Lines open(PrintWriter out) {
      out.println(ConnText.PROC_HEADER);
      return batch -> {
        for (int i = 0; i < batch.size(); i++) {
          out.println(ConnText.procLine(batch, i));
        }
      };
    }
  },

  /** One object a line, for programs. */
  JSON {
    @Override
    Lines open(PrintWriter out) throws IOException {
      return new ConnectionJson(out);
    }
  };

  /** Takes the table piece by piece. */
  @FunctionalInterface
  interface Lines {
    /** Prints the records of a piece. */
    void print(ConnBatch batch) throws IOException;
  }

  /** Prints what comes before the first connection. */
  abstract Lines open(PrintWriter out) throws IOException;

  /** The word for it on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format of that word; a usage failure for any other. */
  static ConnectionFormat of(String word) {
    new Arguments("connections")
        .oneOf(
            "--format",
            word,
            Arrays.stream(values()).map(ConnectionFormat::label).collect(Collectors.toSet()));
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
