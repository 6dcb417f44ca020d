package org.ipvssync.api.link;

/** The checked settings of a link with a role: those that all have, and the role's own. */
@FunctionalInterface
public interface RoleSettings {
  /** Those that every link has. */
  LinkSettings link();
}
