package org.ipvssync.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * A guest for a test class, when registered as a static field, or for each of its methods, when
 * registered as another. The folder of a failed one is kept, with transcript, captures, tables and
 * logs, and stands in the failure's message.
 */
final class KernelLab
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {
  private static final int MEMORY_MIB = 768;
  private static final List<String> MODULES =
      List.of(
          "ip_vs",
          "ip_vs_rr",
          "ip_vs_wrr",
          "ip_vs_sh",
          "ip_vs_ftp",
          "ip_vs_pe_sip",
          "veth",
          "bridge",
          "dummy",
          "ipv6",
          "hmac",
          "sctp",
          "iptable_mangle",
          "ip6table_mangle",
          "xt_mark",
          "xt_multiport",
          "xt_tcpudp");

  /** Bounds the guests, however many tests JUnit has under way. */
  private static final Semaphore GUESTS =
      new Semaphore(Integer.getInteger("ipvssync.lab.guests", 3), true);

  private final List<String> modules = new ArrayList<>(MODULES);
  private final List<Runnable> evidence = new CopyOnWriteArrayList<>();
  private int memoryMiB = MEMORY_MIB;
  private Path folder;
  private Transcript transcript;
  private Guest guest;
  private boolean ofClass;
  private boolean failed;

  private KernelLab() {}

  /** With the modules that most tests want: IPVS, FTP, SIP, SCTP, IPv6, bridges and marks. */
  static KernelLab create() {
    return new KernelLab();
  }

  /** Loads more modules; see {@link Guest#boot}. One that is named again is loaded as this says. */
  KernelLab module(String name) {
    modules.removeIf(other -> other.equals(name.replaceFirst(":.*", "")));
    modules.addFirst(name);
    return this;
  }

  /** Memory of the guest, MiB; 768 unless set. */
  KernelLab memory(int mebibytes) {
    memoryMiB = mebibytes;
    return this;
  }

  Guest guest() {
    return guest;
  }

  /** Prints a step of the test, and keeps it in the transcript. */
  void say(String step) {
    transcript.say(step);
  }

  /** Runs when a test fails, while the guest lives: keeps in its folder what explains it. */
  void onFailure(Runnable keep) {
    evidence.add(keep);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    ofClass = true;
    open(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    if (!ofClass) {
      open(context);
    } else {
      transcript.say(context.getDisplayName());
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (!ofClass) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (ofClass) {
      close();
    }
  }

  private void open(ExtensionContext context) throws Exception {
    String name =
        context.getRequiredTestClass().getSimpleName()
            + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    Packages.require();
    GUESTS.acquire();
    try {
      Path base = Path.of(System.getProperty("ipvssync.lab.folder", "target/lab"));
      folder =
          Files.createTempDirectory(Files.createDirectories(base).toAbsolutePath(), name + "-");
      transcript = new Transcript(name, folder);
      guest = Guest.boot(folder, transcript, memoryMiB, modules);
    } catch (Exception e) {
      GUESTS.release();
      throw e;
    }
  }

  private void close() throws Exception {
    if (guest == null) {
      return;
    }
    try {
      guest.close();
      transcript.say(failed ? "failed, kept in " + folder : "done");
      transcript.close();
      if (!failed) {
        delete(folder);
      }
    } finally {
      guest = null;
      GUESTS.release();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explained(failure);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explained(failure);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explained(failure);
  }

  private Throwable explained(Throwable failure) {
    if (guest == null || failure instanceof TestAbortedException) {
      return failure;
    }
    failed = true;
    for (Runnable keep : evidence) {
      try {
        keep.run();
      } catch (RuntimeException | AssertionError e) {
        failure.addSuppressed(e);
      }
    }
    return new AssertionFailedError(
        failure.getMessage() + "\nTranscript, captures and tables are kept in " + folder, failure);
  }
}
