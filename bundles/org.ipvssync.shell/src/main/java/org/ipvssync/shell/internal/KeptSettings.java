package org.ipvssync.shell.internal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Settings of the node and its links, changed where they are kept. */
interface KeptSettings {
  /** What a key of the node's configuration holds; empty when it is not set. */
  Optional<String> nodeValue(String key) throws IOException;

  /** Sets a key of the node's configuration, in its file, which is made when there is none. */
  Undo setNode(String key, String value) throws IOException;

  /**
   * Sets a key of a master link: in its file; of a link that was started by command for as long as
   * the node runs.
   *
   * @throws CommandFailure when it cannot be changed; then nothing is
   */
  Undo setMaster(String link, String key, String value) throws IOException;

  /** Names of the master links that have a configuration, running or not. */
  List<String> masters() throws IOException;

  /** What a key of a master link holds; empty when it is not set. */
  Optional<String> masterValue(String link, String key) throws IOException;

  /** Where the node's settings are kept, for people. */
  String keptInNode() throws IOException;

  /** Where a master link's settings are kept, for people. */
  String keptIn(String link) throws IOException;
}
