package org.ipvssync.api.link;

/** A configured value is not allowed; the message is one line with key, value and range. */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With that line. */
  public ConfigException(String message) {
    super(message);
  }
}
