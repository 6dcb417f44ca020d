package org.ipvssync.command;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.command.capture.CapturedDatagram;

/** One JSON object a record; one a drop. */
final class JsonPrinter implements MessagePrinter {
  private final JsonGenerator json;

  JsonPrinter(OutputStream out) throws IOException {
    json = new JsonFactoryBuilder().rootValueSeparator("").build().createGenerator(out);
  }

  @Override
  public void print(DecodedMessage message) throws IOException {
    for (int i = 0; i < message.records().size(); i++) {
      begin(message);
      ConnText.describe(message.records(), i, new Fields());
      if (message.skipped().get(i) != null) {
        drop(message.skipped().get(i));
      }
      end();
    }
    for (LinkCounter reason : message.drops()) {
      begin(message);
      drop(reason);
      end();
    }
  }

  private void begin(DecodedMessage message) throws IOException {
    CapturedDatagram datagram = message.datagram();
    json.writeStartObject();
    json.writeStringField("time", WireTime.text(datagram.timeNanos()));
    json.writeStringField("source", ConnText.address(datagram.source()));
    json.writeNumberField("sport", datagram.sourcePort());
    json.writeStringField("group", ConnText.address(datagram.destination()));
    json.writeNumberField("port", datagram.port());
    if (message.version() >= 0) {
      json.writeNumberField("version", message.version());
      json.writeNumberField("syncid", message.syncId());
      json.writeNumberField("size", message.size());
      json.writeNumberField("nr_conns", message.nrConns());
    }
  }

  private void end() throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void drop(LinkCounter reason) throws IOException {
    json.writeStringField("drop", reason.label());
    json.writeStringField("reason", reason.meaning());
  }

  @Override
  public void flush() throws IOException {
    json.flush();
  }

  private final class Fields implements ConnText.FieldSink {
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
