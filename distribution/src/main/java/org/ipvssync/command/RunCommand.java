package org.ipvssync.command;

import java.nio.file.Path;
import org.apache.commons.cli.Options;
import org.ipvssync.launcher.Home;
import org.ipvssync.launcher.NodeOptions;
import org.ipvssync.launcher.NodeProcess;

/** Runs a node in this process. */
final class RunCommand implements Command {
  /** Says that the log goes into its file; BackgroundNode's word, not for people. */
  static final String BACKGROUND = "background";

  @Override
  public Options options() {
    return new Options()
        .addOption(Words.value("conf"))
        .addOption(Words.value("deploy"))
        .addOption(Words.flag("no-kernel"))
        .addOption(Words.flag(BACKGROUND));
  }

  @Override
  public int run(Context context, Words words) {
    words.noPlain();
    Home home = Home.find();
    return NodeProcess.run(
        new NodeOptions(
            home,
            context.instance(),
            folder(words.value("conf", ""), "IPVS_SYNCD_CONF", home.conf()),
            folder(words.value("deploy", ""), "IPVS_SYNCD_DEPLOY", home.deploy()),
            words.has(BACKGROUND),
            !words.has("no-kernel")));
  }

  private static Path folder(String given, String variable, Path otherwise) {
    String chosen = given.isEmpty() ? System.getenv().getOrDefault(variable, "") : given;
    return (chosen.isEmpty() ? otherwise : Path.of(chosen)).toAbsolutePath().normalize();
  }
}
