package dev.weft.cli;

import dev.weft.client.doctor.Doctor;
import dev.weft.client.site.SiteHome;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what keeps a site from its federation. */
@Command(
    name = "doctor",
    description = {
      "Examines this site, step by step: name resolution, proxy, port, TLS, certificates, clock,",
      "disk, data, models, engine. One line each: ok, warn or FAIL, what is so, and what to do.",
      "Exits with 1 if a step failed. With a TOKEN it examines a site before it joins."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Parameters(
      paramLabel = "TOKEN",
      arity = "0..1",
      description = "As weft invite printed it, for a site that has not joined yet.")
  private String token;

  @Mixin private HomeOption home;

  @Mixin private SettingsOption settings;

  private final Console console;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Logging.begin();
    Doctor doctor =
        new Doctor(
            settings.list(),
            System.getenv(),
            InstantSource.system(),
            finding -> console.out().println(finding));
    boolean healthy =
        Optional.ofNullable(token)
            .map(doctor::examine)
            .orElseGet(() -> doctor.examine(new SiteHome(home.path())));
    return healthy ? 0 : FAILED;
  }
}
