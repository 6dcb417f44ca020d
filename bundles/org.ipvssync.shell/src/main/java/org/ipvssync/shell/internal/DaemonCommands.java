package org.ipvssync.shell.internal;

import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.ipvssync.api.node.SyncRole;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Commands that start, stop and turn around links; not there without ConfigurationAdmin. */
@Component(service = DaemonCommands.class, immediate = true)
@GogoCommand(
    scope = "ipvs",
    function = {"startDaemon", "stopDaemon", "endIfIdle", "promote", "demote"})
public final class DaemonCommands {
  private static final String ROLES = "master or backup";

  private final DaemonControl control;
  private final KernelWord kernel;
  private final NodeStop stop;

  /** In a running node. */
  @Activate
  public DaemonCommands(
      @Reference NodeTracker tracker,
      @Reference ConfigurationAdmin admin,
      @Reference ShellLimits limits) {
    this(
        new DaemonControl(tracker, new CmRoleConfigs(admin), Patience.system(), limits),
        new KernelWord(tracker, Patience.system()),
        tracker.nodeStop());
  }

  DaemonCommands(DaemonControl control, KernelWord kernel, NodeStop stop) {
    this.control = control;
    this.kernel = kernel;
    this.stop = stop;
  }

  /** Starts a link. */
  @Descriptor(
      """
      starts the sync daemon in a role, until the node ends; returns when it is up
         example: ipvs:startDaemon --mcast-interface eth0 --syncid 7 backup\
      """)
  public void startDaemon(
      @Parameter(names = "--mcast-interface", absentValue = Arguments.ABSENT)
          @Descriptor("IF: network interface, such as eth0; required (ipvsadm's default is eth0)")
          String mcastInterface,
      @Parameter(names = "--syncid", absentValue = Arguments.ABSENT)
          @Descriptor("N: 0 to 255, default 0; a backup with 0 takes every id")
          String syncId,
      @Parameter(names = "--sync-maxlen", absentValue = Arguments.ABSENT)
          @Descriptor(
              "N: longest message in bytes, master 64 to 65507, backup 1024 to 65507; default as in"
                  + " the kernel: master 1472 (IPv6 1452), backup from the MTU")
          String syncMaxLen,
      @Parameter(names = "--mcast-group", absentValue = Arguments.ABSENT)
          @Descriptor("A: multicast group, IPv4 or IPv6, default 224.0.0.81")
          String mcastGroup,
      @Parameter(names = "--mcast-port", absentValue = Arguments.ABSENT)
          @Descriptor("N: first UDP port, default 8848")
          String mcastPort,
      @Parameter(names = "--mcast-ttl", absentValue = Arguments.ABSENT)
          @Descriptor("N: time to live of what a master sends, 1 to 255, default 1")
          String mcastTtl,
      @Parameter(names = "--sync-ports", absentValue = Arguments.ABSENT)
          @Descriptor("N: number of ports from --mcast-port on, 1 to 64, default 1")
          String syncPorts,
      @Parameter(names = "--version", absentValue = Arguments.ABSENT)
          @Descriptor("0 or 1: version of the protocol that a master sends, default 1")
          String version,
      @Parameter(names = "--name", absentValue = Arguments.ABSENT)
          @Descriptor("NAME: name of the link, default command; several of a role need several")
          String name,
      @Parameter(names = "--no-kernel", presentValue = "true", absentValue = "false")
          @Descriptor("leaves this machine's own kernel alone: no links to its IPVS")
          boolean noKernel,
      @Descriptor("ROLE: " + ROLES) String... role)
      throws Exception {
    DaemonOptions options =
        new DaemonOptions(
            mcastInterface,
            syncId,
            syncMaxLen,
            mcastGroup,
            mcastPort,
            mcastTtl,
            syncPorts,
            version,
            name,
            noKernel);
    control.start(options.config(oneRole("startDaemon", role).orElseThrow(this::roleMissing)));
    if (!noKernel) {
      Optional<String> word = kernel.afterStart();
      GogoOutput.with(out -> word.ifPresent(out::println));
    }
  }

  /** Stops links. */
  @Descriptor(
      """
      stops what startDaemon started; with the last link the node ends
         example: ipvs:stopDaemon backup\
      """)
  public void stopDaemon(
      @Descriptor("ROLE: " + ROLES + "; both when it is not given") String... role)
      throws Exception {
    if (control.stop(oneRole("stopDaemon", role))) {
      stop.request(GogoOutput.session());
    }
  }

  /** Ends a node that was started for nothing. */
  @Descriptor(
      """
      ends the node unless it has a sync daemon; fails when it has one
         example: ipvs:endIfIdle\
      """)
  public void endIfIdle() throws Exception {
    if (!control.endIfIdle()) {
      throw CommandFailure.failed("the node has a sync daemon and goes on");
    }
    stop.request(GogoOutput.session());
  }

  /** Backups become masters. */
  @Descriptor(
      """
      makes masters of the backups that startDaemon started; the table stays; where both roles run
      nothing has to change, and nothing does
         example: ipvs:promote\
      """)
  public void promote() throws Exception {
    GogoOutput.with(out -> control.turn(SyncRole.MASTER, out));
  }

  /** Masters become backups. */
  @Descriptor(
      """
      makes backups of the masters that startDaemon started; the table stays; where both roles run
      nothing has to change, and nothing does
         example: ipvs:demote\
      """)
  public void demote() throws Exception {
    GogoOutput.with(out -> control.turn(SyncRole.BACKUP, out));
  }

  private Optional<SyncRole> oneRole(String command, String[] words) {
    if (words.length > 1) {
      throw CommandFailure.usage(
          command
              + ": one ROLE is expected, not '"
              + String.join(" ", words)
              + "'; see 'help ipvs:"
              + command
              + "'");
    }
    return words.length == 0
        ? Optional.empty()
        : Optional.of(new Arguments(command).role(words[0]));
  }

  private CommandFailure roleMissing() {
    return CommandFailure.usage("startDaemon: ROLE is missing; allowed: " + ROLES);
  }
}
