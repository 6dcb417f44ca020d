package org.ipvssync.itests;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.SwapLog;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.workload.WorkloadProvider;
import org.ipvssync.itests.agent.LinkView;
import org.ipvssync.itests.agent.Load;
import org.ipvssync.itests.agent.NodeAgent;
import org.ipvssync.itests.agent.ResyncView;
import org.ipvssync.itests.agent.SwapsView;
import org.ipvssync.itests.agent.TableView;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The agent, loaded from the probe bundle of its node. */
public final class AgentInNode implements NodeAgent {
  /** A link that has gone counts on for as long as it needs to send what waits. */
  private static final long LEAVING_NANOS = 3_000_000_000L;

  private static final int CPORT_BITS = 12;

  private final Services services;
  private final ConfigurationAdmin admin;
  private final ConfigEvents events;
  private final SyncNode node;
  private final ServiceTracker<SyncLink, SyncLink> tracker;
  private final List<SyncLink> present = new ArrayList<>();
  private final List<Leaving> leaving = new ArrayList<>();
  private final Map<String, Map<String, Long>> gone = new HashMap<>();
  private final List<OutboundLink> idle = new ArrayList<>();

  private record Leaving(SyncLink link, long sinceNanos) {}

  /** An agent for the node of that framework. */
  public AgentInNode(BundleContext context) throws Exception {
    services = new Services(context);
    admin = services.require(ConfigurationAdmin.class);
    events = new ConfigEvents(context, admin);
    events.awaitFolder(context);
    node = services.require(SyncNode.class);
    tracker =
        new ServiceTracker<>(context, SyncLink.class, null) {
          @Override
          public SyncLink addingService(ServiceReference<SyncLink> reference) {
            SyncLink link = super.addingService(reference);
            if (link != null) {
              synchronized (present) {
                present.add(link);
              }
            }
            return link;
          }

          @Override
          public void removedService(ServiceReference<SyncLink> reference, SyncLink link) {
            synchronized (present) {
              present.remove(link);
              leaving.add(new Leaving(link, System.nanoTime()));
            }
            super.removedService(reference, link);
          }
        };
    tracker.open();
  }

  @Override
  public void configure(String pid, String name, Map<String, ?> settings) throws Exception {
    configuration(pid, name).update(new Hashtable<>(settings));
    events.awaitDelivery();
  }

  @Override
  public void delete(String pid, String name) throws Exception {
    configuration(pid, name).delete();
    events.awaitDelivery();
  }

  private Configuration configuration(String pid, String name) throws Exception {
    return name.isEmpty()
        ? admin.getConfiguration(pid, "?")
        : admin.getFactoryConfiguration(pid, name, "?");
  }

  @Override
  public Optional<LinkView> link(String role, String name) {
    synchronized (present) {
      return present.stream()
          .map(SyncLink::status)
          .filter(status -> status.role().label().equals(role) && status.name().equals(name))
          .reduce((older, newer) -> newer)
          .map(AgentInNode::view);
    }
  }

  @Override
  public long linksUp(String role, String name) {
    synchronized (present) {
      return present.stream()
          .map(SyncLink::status)
          .filter(status -> status.role().label().equals(role) && status.name().equals(name))
          .filter(status -> status.state() == LinkState.UP)
          .count();
    }
  }

  private static LinkView view(LinkStatus status) {
    Map<String, Long> counters = new HashMap<>();
    status.counters().forEach((counter, count) -> counters.put(counter.label(), count));
    return new LinkView(
        status.state().label(),
        status.detail(),
        status.codec(),
        status.pending(),
        counters,
        view(status.swaps()));
  }

  private static SwapsView view(SwapStats swaps) {
    return swaps.last() == null
        ? new SwapsView(swaps.count(), swaps.longestMicros(), "", 0, 0)
        : new SwapsView(
            swaps.count(),
            swaps.longestMicros(),
            SwapLog.describe(swaps.last()),
            swaps.last().pauseMicros(),
            swaps.last().waited());
  }

  @Override
  public TableView table() {
    TableStatus table = node.table();
    return new TableView(
        table.provider(),
        table.connections(),
        table.capacity(),
        table.refused(),
        view(table.swaps()),
        table.detail());
  }

  @Override
  public Map<String, Long> totals(String role) {
    synchronized (present) {
      for (Iterator<Leaving> each = leaving.iterator(); each.hasNext(); ) {
        Leaving one = each.next();
        if (System.nanoTime() - one.sinceNanos() > LEAVING_NANOS) {
          LinkStatus last = one.link().status();
          add(last, gone.computeIfAbsent(last.role().label(), _ -> new HashMap<>()));
          each.remove();
        }
      }
      Map<String, Long> totals = new HashMap<>(gone.getOrDefault(role, Map.of()));
      List<SyncLink> all = new ArrayList<>(present);
      leaving.forEach(one -> all.add(one.link()));
      for (SyncLink link : all) {
        LinkStatus status = link.status();
        if (status.role().label().equals(role)) {
          add(status, totals);
        }
      }
      return totals;
    }
  }

  private static void add(LinkStatus status, Map<String, Long> to) {
    status.counters().forEach((counter, count) -> to.merge(counter.label(), count, Long::sum));
  }

  @Override
  public boolean push(String name) {
    synchronized (present) {
      return present.stream()
          .filter(link -> link.status().name().equals(name))
          .map(SyncLink::push)
          .reduce(false, Boolean::logicalOr);
    }
  }

  @Override
  public Map<String, String> rows() {
    return Entries.of(node);
  }

  @Override
  public Load load(long seed, int updatesPerSecond) {
    try {
      WorkloadProvider provider = services.require(WorkloadProvider.class);
      return new UpdateLoad(provider, node.openInbound(""), seed, updatesPerSecond);
    } catch (Exception e) {
      throw new IllegalStateException("no workload", e);
    }
  }

  @Override
  public void openIdleOutbound(String name) {
    idle.add(node.openOutbound(name, name));
  }

  @Override
  public long idlePending() {
    return idle.stream().mapToLong(OutboundLink::pending).sum();
  }

  @Override
  public void fill(int connections) {
    try (InboundLink inbound = node.openInbound("")) {
      LinkCounters counters = new LinkCounters();
      ConnBatch batch = new ConnBatch();
      for (int n = 0; n < connections; n++) {
        int i = batch.add();
        batch.setProtocol(i, 6);
        batch.setState(i, 1);
        batch.setTimeoutS(i, 900);
        batch.setPorts(i, 1 + (n & (1 << CPORT_BITS) - 1), 80, 8080);
        batch.setCaddrWord(i, 0, 0x0a | n >>> CPORT_BITS << 8);
        batch.setVaddrWord(i, 0, 0xc633_640a);
        batch.setDaddrWord(i, 0, 0x0201_a8c0);
        if (batch.isFull() || n == connections - 1) {
          inbound.apply(batch, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, counters);
          batch.clear();
        }
      }
      if (counters.drops() != 0) {
        throw new IllegalStateException("the table did not take all: " + counters.snapshot());
      }
    }
  }

  @Override
  public ResyncView resync() {
    TableResync resync = tableResync();
    TableResync.Status now = resync.status();
    return new ResyncView(
        now.number(),
        now.state().name(),
        now.peer(),
        now.received(),
        ((ReadyCondition) resync).missing(),
        resync.counters());
  }

  @Override
  public long beginResync() {
    return tableResync().begin();
  }

  private TableResync tableResync() {
    try {
      return services.require(TableResync.class);
    } catch (Exception e) {
      throw new IllegalStateException("no resync", e);
    }
  }

  @Override
  public void close() {
    idle.forEach(OutboundLink::close);
    idle.clear();
    tracker.close();
    events.close();
  }
}
