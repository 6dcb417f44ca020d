package org.ipvssync.itests.agent;

import java.util.Map;
import java.util.Set;

/** Updates that come at a steady rate, and the model of what they have made. */
public interface Load extends AutoCloseable {
  /** Updates applied so far. */
  long updates();

  /** Updates a second, since the beginning or {@link #resume}. */
  double rate();

  /** Stops for a while, if it has not; the same thread resumes. */
  void pause();

  /** Goes on after {@link #pause}, with the same model. */
  void resume();

  /** Another rate, updates a second; while paused. */
  void setRate(int updatesPerSecond);

  /** Everything that was ever made, as it was left; while paused. */
  Map<String, String> model();

  /**
   * Connections of {@link #model} that must be there for some time yet.
   *
   * @param marginMs lives that end sooner are left out
   */
  Set<String> living(long marginMs);

  /** Ends the load, when what is being applied is applied; an error of its thread is thrown. */
  @Override
  void close();
}
