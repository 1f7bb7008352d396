package dev.weft.federation.coordinator;

import dev.weft.coordinator.Run;
import dev.weft.coordinator.RunMemory;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.coordinator.store.SealedUploads;
import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Scratch;
import dev.weft.federation.FederatedRun;
import dev.weft.federation.Laps;
import dev.weft.federation.Reports;
import dev.weft.federation.Results;
import dev.weft.federation.RunGuardian;
import dev.weft.federation.RunResult;
import dev.weft.federation.Specification;
import dev.weft.federation.Start;
import dev.weft.federation.report.RunFiles;
import dev.weft.federation.report.RunReport;
import dev.weft.finetune.data.LabelSet;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.RunResults;
import dev.weft.protocol.RunTerms;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One run of a coordinator, from its configuration to its results: it waits for its sites, plays
 * the rounds or goes on with them, and writes what came of it.
 */
final class PlayedRun {
  private static final String ADAPTER = "adapter";
  private static final String COMPLETE = "config.conf";

  /** How long the sites of a run that is over may take to fetch its results. */
  private static final Duration SERVING = Duration.ofMinutes(2);

  private final Stage stage;
  private final RunQueue queue;
  private final CoordinatorListener listener;
  private final Laps laps = Laps.sinceProcessStart();
  private Submission submission;
  private Optional<Gathering> gathering = Optional.empty();
  private Optional<ActorRef<Run.Command>> running = Optional.empty();
  private boolean stopped;

  /** What a run needs of its coordinator. */
  interface Stage {
    ActorRef<Lobby.Message> lobby();

    /** The sites that have joined, by name. */
    Set<String> joined();

    /** Makes room for the actors of a run. */
    RunActors actors(String run);

    /** How a run finds its events in the coordinator's journal. */
    RunMemory memory(String id);

    /** Sites fetch and leave artifacts there from now on. */
    void lay(Optional<ArtifactDesk> desk);
  }

  PlayedRun(Stage stage, RunQueue queue, Submission submission, CoordinatorListener listener) {
    this.stage = stage;
    this.queue = queue;
    this.submission = submission;
    this.listener = listener;
  }

  String name() {
    return submission.name();
  }

  /** Ends the run soon; what is committed stays, and it may go on later. */
  synchronized void stop() {
    stopped = true;
    gathering.ifPresent(Gathering::stop);
    running.ifPresent(run -> run.tell(new Run.Stop()));
  }

  /**
   * Plays it to its end.
   *
   * @throws WeftException if it cannot be played; the run is over then
   */
  RunOutcome play() throws InterruptedException {
    WeftConfig config = ConfigLoader.load(Optional.of(submission.configuration()), Map.of());
    try (SitesGround ground = SitesGround.open(config)) {
      laps.end("opening");
      try (RunActors actors = stage.actors(name())) {
        return play(config, ground, actors);
      }
    }
  }

  private RunOutcome play(WeftConfig config, SitesGround ground, RunActors actors)
      throws InterruptedException {
    ActorRef<Sessions.Message> sessions = actors.spawn(Sessions.create(), "sessions");
    Set<String> wanted = wanted(config);
    Gathering waiting = gathering(config, wanted);
    stage
        .lobby()
        .tell(
            new Lobby.Begin(
                terms(config, ground),
                wanted,
                sessions,
                actors.spawn(Listening.to(Lobby.Readiness.class, waiting::hear), "ready")));
    Lobby.End end = new Lobby.End(name(), "the run could not begin", Optional.empty());
    try {
      SortedMap<String, Integer> members =
          submission.sites().isEmpty() ? waiting.await() : submission.sites();
      if (members.isEmpty()) {
        end = new Lobby.End(name(), "stopped before it began", Optional.empty());
        return new RunOutcome.Stopped();
      }
      ground.gathered(members);
      ArtifactDesk desk = desk();
      stage.lay(Optional.of(desk));
      RunOutcome ended = run(config, ground, desk, actors, sessions);
      end = new Lobby.End(name(), sentence(ended), results(ended, config, desk));
      stage.lobby().tell(end);
      if (end.results().isPresent()) {
        waiting.awaitServed(members.keySet(), SERVING);
      }
      return ended;
    } finally {
      if (end.results().isEmpty()) {
        stage.lobby().tell(end);
      }
      stage.lay(Optional.empty());
    }
  }

  private ArtifactDesk desk() {
    Path home = queue.home(name());
    return new ArtifactDesk(
        DirectoryStore.open(home.resolve("artifacts")),
        SealedUploads.in(home.resolve("uploads")),
        Scratch.in(home.resolve("sums")));
  }

  /** The adapter of a run that is complete, laid out for its sites. */
  private Optional<RunResults> results(RunOutcome ended, WeftConfig config, ArtifactDesk desk) {
    if (!(ended instanceof RunOutcome.Completed)) {
      return Optional.empty();
    }
    RoundId id = new RoundId(name(), config.run().rounds() + 1, 1);
    SortedMap<String, Artifact> files = new TreeMap<>();
    try (Stream<Path> adapter = Files.list(submission.results().resolve(ADAPTER))) {
      List<Path> all = new ArrayList<>(adapter.filter(Files::isRegularFile).toList());
      all.add(submission.results().resolve(COMPLETE));
      for (Path file : all) {
        Path name = submission.results().relativize(file);
        files.put(
            name.toString().replace(File.separatorChar, '/'),
            desk.store().put(out -> Files.copy(file, out)));
      }
    } catch (IOException e) {
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format("%s: cannot be read again: %s", submission.results(), e.getMessage()),
          e);
    }
    desk.open(id, files.values().stream().map(Artifact::digest).collect(Collectors.toSet()), 0);
    return Optional.of(new RunResults(id, files));
  }

  private synchronized Gathering gathering(WeftConfig config, Set<String> wanted) {
    int least = config.round().minClients();
    Gathering made =
        new Gathering(
            wanted,
            least > 1 ? Math.min(least, wanted.size()) : wanted.size(),
            config.coordinator().grace(),
            listener::news);
    gathering = Optional.of(made);
    if (stopped) {
      made.stop();
    }
    return made;
  }

  /** The sites of a run: those that it has begun with, those it names, or all that have joined. */
  private Set<String> wanted(WeftConfig config) {
    if (!submission.sites().isEmpty()) {
      return submission.sites().keySet();
    }
    Set<String> named = new TreeSet<>(config.run().sites());
    Set<String> wanted = named.isEmpty() ? stage.joined() : named;
    if (wanted.isEmpty()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "run.sites: names no site, and none has joined the federation; invite sites (weft"
              + " invite), or name those to wait for");
    }
    return wanted;
  }

  private RunTerms terms(WeftConfig config, SitesGround ground) {
    WeftConfig known =
        ground.resolved(config).with(ground.model().config(), ground.model().engine());
    return new RunTerms(
        name(),
        ground.model().facts().digest(),
        ground.heldOut().classes().map(LabelSet::names).orElse(List.of()),
        ConfigWriter.decisive(known),
        config.run().rounds(),
        ground.adapterValues());
  }

  private RunOutcome run(
      WeftConfig config,
      SitesGround ground,
      ArtifactDesk desk,
      RunActors actors,
      ActorRef<Sessions.Message> sessions)
      throws InterruptedException {
    Start start = Start.of(ground, config);
    RunSpec spec = Specification.of(name(), ground, start);
    RunFiles files = files(Reports.configuration(ground, start), ground);
    listener.starting(
        name(),
        start.method().name(),
        config.run().rounds(),
        files.folder(),
        start.warnings(ground));
    try (FederatedRun run =
        new FederatedRun(
            ground, start, spec, desk, Results.recording(files, laps, listener::happened))) {
      begin(
          actors.spawn(
              RunGuardian.create(
                  context -> run.behavior(sessions, stage.memory(submission.id())), run::fail),
              "run"));
      RunResult result = run.await();
      laps.end("rounds");
      Results.write(result, ground, start, files);
      laps.end("writing");
      RunReport report =
          Reports.of(files.folder(), ground, start, result, Optional.empty(), laps.timing());
      files.report(report);
      listener.reported(report);
      return result.outcome();
    }
  }

  private synchronized void begin(ActorRef<Run.Command> run) {
    running = Optional.of(run);
    if (stopped) {
      run.tell(new Run.Stop());
    }
  }

  /** The folder of the results: made when the run begins, and found again when it goes on. */
  private RunFiles files(String complete, SitesGround ground) {
    if (submission.state() == Submission.State.BEGUN) {
      return RunFiles.existing(submission.results());
    }
    RunFiles files = RunFiles.create(submission.results());
    files.configuration(complete);
    Path own = queue.home(name()).resolve(COMPLETE);
    try {
      Files.writeString(own, complete);
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT, own + ": cannot be written; free the disk", e);
    }
    submission = queue.keep(submission.begun(own, new TreeMap<>(ground.members())));
    return files;
  }

  static String sentence(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Failed failed) {
      return "failed: " + failed.reason();
    }
    return outcome instanceof RunOutcome.Completed ? "completed" : "stopped";
  }
}
