package org.ipvssync.api.link;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.ipvssync.api.wire.SyncCodec;

/**
 * The one service that a link uses, chosen by name among those that come and go.
 *
 * <p>Of several with the chosen name it takes the highest ranking, then the highest version of its
 * bundle, then the newest. One that cannot say its name is never chosen. A call in flight ends
 * before its service goes: {@link #remove} waits for {@link #release}. So hold it across a decode
 * or an encode, never across a blocking receive, and call nothing of the framework in between. (A
 * plain dynamic reference lets calls reach services that are already deactivated.)
 *
 * <p>{@code acquire} and {@code release} belong to one thread at a time and allocate nothing; the
 * others may be called by any thread.
 *
 * @param <T> type of the service
 */
public final class ServiceChoice<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Candidate<T>> candidates = new ArrayList<>();
  private final Function<T, String> nameOf;
  private String name;
  private T chosen;

  /** Written under the lock, read without: the link's thread looks at it every round. */
  private volatile long changes;

  /**
   * A choice with no candidates.
   *
   * @param nameOf gives the name of a service
   * @param name the name to choose
   */
  public ServiceChoice(Function<T, String> nameOf, String name) {
    this.nameOf = nameOf;
    this.name = name;
  }

  /**
   * A choice among codecs, with no candidates. One that throws when it is asked what it is will
   * never be chosen.
   */
  public static ServiceChoice<SyncCodec> ofCodecs(String name) {
    return new ServiceChoice<>(ServiceChoice::nameOfCodec, name);
  }

  private static String nameOfCodec(SyncCodec codec) {
    codec.version();
    codec.carriesTimeout();
    return codec.name();
  }

  /**
   * A service has come; it is asked for its name once.
   *
   * @param ranking its service.ranking
   * @param version the version of its bundle, as major.minor.micro.qualifier
   * @param serviceId its service.id: the newer, the higher
   * @return false when it has no name, or failed when asked: then it is ignored
   */
  public boolean add(T service, int ranking, String version, long serviceId) {
    String itsName = nameOrEmpty(service);
    if (itsName.isBlank()) {
      return false;
    }
    lock.lock();
    try {
      candidates.add(
          new Candidate<>(service, itsName, ranking, version, Version.of(version), serviceId));
      choose();
    } finally {
      lock.unlock();
    }
    return true;
  }

  private String nameOrEmpty(T service) {
    try {
      String itsName = nameOf.apply(service);
      return itsName == null ? "" : itsName;
    } catch (RuntimeException | LinkageError e) {
      // Somebody's bundle that is not what it says; our caller tells people.
      return "";
    }
  }

  /**
   * A service has come.
   *
   * @param properties the service's; ranking and id are taken from there
   * @param version the version of its bundle, as major.minor.micro.qualifier
   * @return false when it has no name, or failed when asked: then it is ignored
   */
  public boolean add(T service, Map<String, ?> properties, String version) {
    int ranking = properties.get("service.ranking") instanceof Integer given ? given : 0;
    long serviceId = properties.get("service.id") instanceof Long given ? given : 0;
    return add(service, ranking, version, serviceId);
  }

  /** A service goes; returns when no call of {@link #acquire}'s holder is in it. */
  public void remove(T service) {
    lock.lock();
    try {
      candidates.removeIf(c -> c.service == service);
      choose();
    } finally {
      lock.unlock();
    }
  }

  /** Chooses another name. */
  public void choose(String newName) {
    lock.lock();
    try {
      name = newName;
      choose();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The chosen service, kept from going until {@link #release}; null when there is none, and then
   * nothing is to be released.
   */
  public T acquire() {
    lock.lock();
    T service = chosen;
    if (service == null) {
      lock.unlock();
    }
    return service;
  }

  /** Ends the use of what {@link #acquire} gave. */
  public void release() {
    lock.unlock();
  }

  /** The chosen name. */
  public String name() {
    lock.lock();
    try {
      return name;
    } finally {
      lock.unlock();
    }
  }

  /** True when a service of the chosen name is there. */
  public boolean isPresent() {
    lock.lock();
    try {
      return chosen != null;
    } finally {
      lock.unlock();
    }
  }

  /** The chosen service for people, as {@code v1 1.0.0}: name and version; empty without one. */
  public String label() {
    lock.lock();
    try {
      return candidates.stream()
          .filter(c -> c.service == chosen)
          .map(c -> name + " " + c.label)
          .findFirst()
          .orElse("");
    } finally {
      lock.unlock();
    }
  }

  /** Grows whenever another service is chosen, or none any more. */
  public long changes() {
    return changes;
  }

  private void choose() {
    T before = chosen;
    chosen =
        candidates.stream()
            .filter(c -> c.name.equals(name))
            .max(Candidate.order())
            .map(Candidate::service)
            .orElse(null);
    if (chosen != before) {
      changes = changes + 1;
    }
  }

  /** In the framework's order: 1.0.0 is below 1.0.0.SNAPSHOT. */
  private record Version(List<Integer> numbers, String qualifier) {
    static final Comparator<Version> ORDER =
        Comparator.<Version>comparingInt(v -> v.numbers.get(0))
            .thenComparingInt(v -> v.numbers.get(1))
            .thenComparingInt(v -> v.numbers.get(2))
            .thenComparing(Version::qualifier);

    static Version of(String text) {
      String[] parts = text.split("\\.", 4);
      List<Integer> numbers = new ArrayList<>();
      for (String part : parts) {
        if (numbers.size() < 3 && part.chars().allMatch(Character::isDigit) && !part.isEmpty()) {
          numbers.add(Integer.parseInt(part));
        }
      }
      while (numbers.size() < 3) {
        numbers.add(0);
      }
      return new Version(numbers, parts.length == 4 ? parts[3] : "");
    }
  }

  private record Candidate<T>(
      T service, String name, int ranking, String label, Version version, long serviceId) {
    static <T> Comparator<Candidate<T>> order() {
      return Comparator.<Candidate<T>>comparingInt(Candidate::ranking)
          .thenComparing(Candidate::version, Version.ORDER)
          .thenComparingLong(Candidate::serviceId);
    }
  }
}
