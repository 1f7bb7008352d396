package dev.weft.cli;

import dev.weft.aggregation.method.Methods;
import dev.weft.coordinator.RunEvent;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.federation.coordinator.CoordinatorListener;
import dev.weft.federation.coordinator.CoordinatorProcess;
import dev.weft.federation.coordinator.OperatorDoor;
import dev.weft.federation.coordinator.OperatorRequest;
import dev.weft.federation.metrics.CoordinatorMetrics;
import dev.weft.federation.metrics.MetricsDoor;
import dev.weft.federation.metrics.SitesNow;
import dev.weft.federation.report.ReportJson;
import dev.weft.federation.report.RunReport;
import dev.weft.privacy.keys.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One {@code weft coordinator} from the first line printed to the last. */
final class CoordinatorSession implements CoordinatorListener {
  private final Console console;
  private final JsonOutput json;
  private final boolean quiet;
  private final CoordinatorMetrics metrics = new CoordinatorMetrics();
  private final List<CoordinatorListener> watchers = List.of(metrics, new CoordinatorLog());
  private final LiveLine live;
  private RunView view;
  private Optional<Path> folder = Optional.empty();

  CoordinatorSession(Console console, JsonOutput json, boolean quiet) {
    this.console = console;
    this.json = json;
    this.quiet = quiet;
    Console beside = json.beside(console);
    this.live = quiet ? new LiveLine(beside.plain()) : LiveLine.beating(beside);
    this.view = new RunView(live, 1);
  }

  /** Serves until it is ended, or until the given run is over; returns the exit status. */
  int serve(CoordinatorHome home, WeftConfig config, Optional<Path> run) {
    try (CoordinatorProcess process = new CoordinatorProcess(home, config, this);
        MetricsDoor monitoring = MetricsDoor.open(config.coordinator(), metrics, sitesOf(process));
        OperatorDoor operators = new OperatorDoor(home, request -> answer(process, request))) {
      StopOnInterrupt interrupt = StopOnInterrupt.of(process::stop, console);
      try {
        operators.begin();
        say("serving  port " + process.port() + ", home " + home.folder());
        monitoring.place().ifPresent(place -> say("metrics  http://" + place + "/metrics"));
        return run.isPresent() ? end(process.play(run.get())) : serve(process);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return RunEnd.FAILED;
      } finally {
        interrupt.release();
      }
    } finally {
      live.close();
    }
  }

  private static Supplier<CompletionStage<SitesNow>> sitesOf(CoordinatorProcess process) {
    return () ->
        process.here().thenApply(here -> new SitesNow(process.joined().size(), here.size()));
  }

  private int serve(CoordinatorProcess process) throws InterruptedException {
    boolean serving = true;
    while (serving) {
      try {
        Optional<RunOutcome> ended = process.playNext();
        ended.ifPresent(this::end);
        serving = ended.isPresent();
      } catch (WeftException e) {
        metrics.failed(e);
        live.print("run failed: " + e.sentence());
      }
    }
    return 0;
  }

  private static List<String> answer(CoordinatorProcess process, OperatorRequest request) {
    if (request instanceof OperatorRequest.Invite invite) {
      Token token = process.invite(invite.site(), invite.life());
      return List.of(
          Text.format(
              "%s may join once, until %s; hand this over by a way that only they can read:",
              Text.quoted(invite.site()), token.expiry()),
          token.text());
    }
    if (request instanceof OperatorRequest.Approve approve) {
      return process.approve(approve.request()).lines().toList();
    }
    if (request instanceof OperatorRequest.Revoke revoke) {
      process.revoke(revoke.site());
      return List.of(Text.quoted(revoke.site()) + " is shut out from now on");
    }
    if (request instanceof OperatorRequest.Submit submit) {
      return List.of(process.submit(submit.file()));
    }
    if (request instanceof OperatorRequest.Stop stop) {
      process.stop(stop.run());
      return List.of(stop.run() + " ends soon; what is committed stays");
    }
    if (request instanceof OperatorRequest.Resume resume) {
      process.resume(resume.run());
      return List.of(resume.run() + " goes on when its turn comes");
    }
    if (request instanceof OperatorRequest.Rounds rounds) {
      return process.rounds(rounds.run());
    }
    return request instanceof OperatorRequest.Sites ? sites(process) : process.runs();
  }

  private static List<String> sites(CoordinatorProcess process) {
    Map<String, String> lines = new TreeMap<>();
    process.joined().forEach(site -> lines.put(site, site + "\tis not here"));
    for (Lobby.Presence here : process.here().toCompletableFuture().join()) {
      lines.put(
          here.site(),
          Text.format(
              "%s\t%s\tsince %s\t%s", here.site(), here.state(), here.since(), here.software()));
    }
    return new ArrayList<>(lines.values());
  }

  private int end(RunOutcome outcome) {
    int status = RunEnd.print(live, outcome, folder);
    folder = Optional.empty();
    return status;
  }

  @Override
  public void news(String line) {
    watchers.forEach(watcher -> watcher.news(line));
    say("  " + line);
  }

  @Override
  public void starting(String run, String method, int rounds, Path results, List<String> warnings) {
    watchers.forEach(watcher -> watcher.starting(run, method, rounds, results, warnings));
    folder = Optional.of(results);
    view = new RunView(live, rounds);
    say("run      " + run + ", results in " + results);
    say("method   " + method + ": " + Methods.card(method).describe());
    warnings.forEach(warning -> say("warning  " + warning));
    live.show("evaluating the start …");
  }

  @Override
  public void happened(RunEvent event) {
    watchers.forEach(watcher -> watcher.happened(event));
    if (!quiet) {
      view.accept(event);
    }
  }

  @Override
  public void reported(RunReport report) {
    watchers.forEach(watcher -> watcher.reported(report));
    RunTables.of(report).forEach(live::print);
    json.write(console, () -> ReportJson.summary(report));
  }

  private void say(String line) {
    if (!quiet) {
      live.print(line);
    }
  }
}
