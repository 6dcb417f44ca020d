package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncRole;

/**
 * Starts, stops and turns around the links that come and go by command.
 *
 * <p>One command at a time: each looks first and then changes.
 */
final class DaemonControl {
  /** How long a link may take until it is gone. */
  static final long GONE_TIMEOUT_MS = 5_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final NodeView view;
  private final RoleConfigs configs;
  private final Patience patience;
  private final ShellLimits limits;
  private boolean ending;

  DaemonControl(NodeView view, RoleConfigs configs, Patience patience, ShellLimits limits) {
    this.view = view;
    this.configs = configs;
    this.patience = patience;
    this.limits = limits;
  }

  /** Starts a link and returns when it is up; a link that does not come up is removed again. */
  void start(RoleConfig config) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (ending) {
        throw CommandFailure.ending("the node is ending; start it again when it is gone");
      }
      Optional<RoleConfig> running = find(config.role(), config.name());
      if (running.isPresent()) {
        throw alreadyRunning(running.get());
      }
      bringUp(CommandHorizons.joining(config, configs.list()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops the links that were started by command.
   *
   * @param role the ones of this role, or of both when it is empty
   * @return true when no link is left in the node, from wherever, but those that bundles made for
   *     it: it is to end, and takes no more
   */
  boolean stop(Optional<SyncRole> role) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      List<RoleConfig> mine =
          byCommand().stream().filter(c -> role.isEmpty() || c.role() == role.get()).toList();
      if (mine.isEmpty()) {
        throw noneStarted(role.map(r -> r.label() + " daemon").orElse("daemon"), "stop");
      }
      for (RoleConfig config : mine) {
        remove(config);
      }
      return endsIfIdle();
    } finally {
      lock.unlock();
    }
  }

  /** Returns true when nobody wants a link of the node: it is to end, and takes no more. */
  boolean endIfIdle() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      return endsIfIdle();
    } finally {
      lock.unlock();
    }
  }

  private boolean endsIfIdle() throws IOException {
    ending = ending || (wanted().isEmpty() && view.wantedLinks().isEmpty());
    return ending;
  }

  /**
   * Gives every link that was started by command the role {@code to}: same address, sync id and
   * name. The table stays. The new link is up before the old one goes, so that a failure changes
   * nothing. Where both roles run, by command or from the configuration, nothing has to change, and
   * nothing does.
   */
  void turn(SyncRole to, PrintWriter out) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      List<RoleConfig> before = wanted();
      boolean byCommand = before.stream().anyMatch(RoleConfig::byCommand);
      List<RoleConfig> turning = before.stream().filter(c -> c.byCommand() == byCommand).toList();
      if (!byCommand && !turning.stream().allMatch(c -> c.role() == to || isBoth(c, before))
          || before.isEmpty()) {
        throw noneStarted("daemon", to == SyncRole.MASTER ? "promote" : "demote");
      }
      boolean changed = false;
      for (RoleConfig config : turning) {
        if (config.role() == to) {
          out.println(config.name() + ": is " + to.label());
        } else if (isBoth(config, before)) {
          out.println(config.name() + ": stays " + config.role().label() + " too");
        } else {
          bringUp(turned(config, to));
          remove(config);
          changed = true;
          out.println(config.name() + ": now " + to.label());
        }
      }
      if (!changed) {
        out.println("nothing has to change");
      }
    } finally {
      lock.unlock();
    }
  }

  /** True when the other role runs beside this one: under its name, or on its address. */
  private static boolean isBoth(RoleConfig config, List<RoleConfig> all) {
    return all.stream()
        .filter(other -> other.role() != config.role())
        .anyMatch(
            other ->
                other.name().equals(config.name())
                    || !(other.byCommand() && config.byCommand())
                        && CommandHorizons.address(other).equals(CommandHorizons.address(config)));
  }

  private RoleConfig turned(RoleConfig config, SyncRole to) throws IOException {
    RoleConfig turned = new RoleConfig(to, config.name(), true, config.settings());
    return to == SyncRole.MASTER
        ? CommandHorizons.promoted(turned, config, configs.list())
        : turned;
  }

  private void bringUp(RoleConfig config) throws IOException, InterruptedException {
    configs.create(config);
    long upTimeoutMs = limits.upTimeoutMs();
    Optional<LinkStatus> status;
    try {
      patience.await(upTimeoutMs, () -> isDecided(status(config)));
      status = status(config);
    } catch (InterruptedException | RuntimeException e) {
      configs.delete(config.role(), config.name());
      throw e;
    }
    if (status.map(LinkStatus::state).orElse(LinkState.STOPPED) != LinkState.UP) {
      configs.delete(config.role(), config.name());
      patience.await(GONE_TIMEOUT_MS, () -> status(config).isEmpty());
      throw CommandFailure.failed(
          status.map(s -> whyNotUp(s, upTimeoutMs)).orElseGet(() -> neverCame(config)));
    }
  }

  private void remove(RoleConfig config) throws IOException, InterruptedException {
    configs.delete(config.role(), config.name());
    if (!patience.await(GONE_TIMEOUT_MS, () -> status(config).isEmpty())) {
      throw CommandFailure.failed(
          label(config)
              + " was removed but did not end within "
              + GONE_TIMEOUT_MS / 1000
              + " s; see the log");
    }
  }

  /** A link that tries again by itself is no success: whoever asked wants to hear it now. */
  private static boolean isDecided(Optional<LinkStatus> status) {
    return switch (status.map(LinkStatus::state).orElse(LinkState.STARTING)) {
      case UP, RETRYING, REFUSED -> true;
      case STARTING, WAITING, STOPPED -> false;
    };
  }

  private static String whyNotUp(LinkStatus status, long upTimeoutMs) {
    return status.detail().isEmpty()
        ? status.role().label()
            + " daemon '"
            + status.name()
            + "' is still "
            + status.state().label()
            + " after "
            + upTimeoutMs / 1000
            + " s; see the log"
        : status.detail();
  }

  private static String neverCame(RoleConfig config) {
    return label(config)
        + " did not start; is the bundle org.ipvssync.role."
        + config.role().label()
        + " active? See the log";
  }

  private static CommandFailure alreadyRunning(RoleConfig running) {
    if (running.isAutomatic()) {
      return CommandFailure.failed(
          label(running) + " is the node's own link; give the new one another --name");
    }
    return CommandFailure.failed(
        running.byCommand()
            ? label(running)
                + " runs already; stop it with --stop-daemon="
                + running.role().label()
                + ", or give the new one another --name"
            : label(running)
                + " is configured already, not by command; give the new one another"
                + " --name");
  }

  private CommandFailure noneStarted(String what, String verb) throws IOException {
    String others =
        wanted().stream()
            .filter(c -> !c.byCommand())
            .map(c -> c.role().label() + " '" + c.name() + "'")
            .sorted()
            .collect(Collectors.joining(", "));
    return CommandFailure.failed(
        "no "
            + what
            + " was started by command, nothing to "
            + verb
            + (others.isEmpty() ? "" : "; from the configuration, change it there: " + others));
  }

  private List<RoleConfig> byCommand() throws IOException {
    return wanted().stream().filter(RoleConfig::byCommand).toList();
  }

  /** What people asked for, by command or configuration; masters first, then by name. */
  private List<RoleConfig> wanted() throws IOException {
    return configs.list().stream()
        .filter(c -> !c.isAutomatic())
        .sorted(Comparator.comparing(RoleConfig::role).thenComparing(RoleConfig::name))
        .toList();
  }

  private Optional<RoleConfig> find(SyncRole role, String name) throws IOException {
    return configs.list().stream()
        .filter(c -> c.role() == role && c.name().equals(name))
        .findFirst();
  }

  private Optional<LinkStatus> status(RoleConfig config) {
    return view.status(config.role(), config.name());
  }

  private static String label(RoleConfig config) {
    return config.role().label() + " daemon '" + config.name() + "'";
  }
}
