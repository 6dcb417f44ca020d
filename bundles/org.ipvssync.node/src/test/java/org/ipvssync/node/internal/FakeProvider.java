package org.ipvssync.node.internal;

import java.util.function.Supplier;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;

/** Gives out what a test says, and counts what it was asked for. */
final class FakeProvider implements ConnTableProvider {
  private final String name;
  private final Supplier<? extends ConnTable> tables;
  private int opened;
  private int restored;

  FakeProvider(String name, Supplier<? extends ConnTable> tables) {
    this.name = name;
    this.tables = tables;
  }

  /** One that has no table, and says why. */
  static FakeProvider failing(String name, String why) {
    return new FakeProvider(
        name,
        () -> {
          throw new IllegalStateException(why);
        });
  }

  int opened() {
    return opened;
  }

  int restored() {
    return restored;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ConnTable open() {
    opened++;
    return tables.get();
  }

  @Override
  public ConnTable restore(long nowMs) {
    restored++;
    return tables.get();
  }
}
