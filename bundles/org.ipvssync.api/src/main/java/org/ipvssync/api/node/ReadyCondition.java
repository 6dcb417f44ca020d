package org.ipvssync.api.node;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that must hold before a director takes traffic, registered as a service by whoever
 * knows. The node is ready when a table and links are there, all links are up, and no condition
 * says otherwise.
 *
 * <p>Thread-safe; asked often, so that answering must be cheap.
 */
@ConsumerType
public interface ReadyCondition {
  /** What comes first on the way to be ready. */
  enum Stage {
    /** The table has everything that a peer could tell. */
    CONTENT,
    /** What the table has is where it is needed, such as in the own kernel. */
    DELIVERY
  }

  /** Where it belongs: what is delivered can be judged only when the content is complete. */
  Stage stage();

  /** Why it does not hold, in a few words for people, without a full stop; empty when it holds. */
  String missing();
}
