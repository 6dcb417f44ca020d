package org.ipvssync.shell.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;

/**
 * One JSON object a line: the kernel's field names, {@code expires} (seconds that remain, rounded
 * down) and {@code origin}.
 */
final class ConnectionJson implements ConnectionFormat.Lines {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator json;
  private final ConnText.FieldSink fields;

  ConnectionJson(PrintWriter out) throws IOException {
    this.json = FACTORY.createGenerator(out).setRootValueSeparator(null);
    this.fields = new Fields(json);
  }

  @Override
  public void print(ConnBatch batch) throws IOException {
    try {
      for (int i = 0; i < batch.size(); i++) {
        json.writeStartObject();
        ConnText.describe(batch, i, fields);
        json.writeNumberField("expires", batch.expiresMs(i) / 1000);
        json.writeStringField("origin", ConnFlags.originName(batch.flags(i)));
        json.writeEndObject();
        json.writeRaw('\n');
      }
      json.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private record Fields(JsonGenerator json) implements ConnText.FieldSink {
    @Override
    public void number(String name, long value) {
      try {
        json.writeNumberField(name, value);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void text(String name, String value) {
      try {
        json.writeStringField(name, value);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
