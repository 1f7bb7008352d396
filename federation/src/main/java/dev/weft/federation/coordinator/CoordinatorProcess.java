package dev.weft.federation.coordinator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.RunMemory;
import dev.weft.coordinator.RunOutcome;
import dev.weft.coordinator.journal.Journal;
import dev.weft.coordinator.sites.Doorway;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.federation.Versions;
import dev.weft.federation.coordinator.Submission.State;
import dev.weft.finetune.training.Threads;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.EnrolmentAnswer;
import dev.weft.privacy.keys.EnrolmentRequest;
import dev.weft.privacy.keys.Token;
import dev.weft.protocol.transport.Spawning;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.ServerBinding;

/**
 * A coordinator that serves: sites reach it from the moment it is made, whatever its runs do. Runs
 * are played one after the other, by whoever calls {@link #playNext}.
 */
public final class CoordinatorProcess implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final long BINDING_SECONDS = 30;

  private final CoordinatorListener listener;
  private final List<Address> addresses;
  private final OwnCertificate certificate;
  private final Members members;
  private final RunQueue queue;
  private final Journal journal;
  private final ExecutorService disk = Threads.pool("disk", 2);
  private final ActorSystem<SpawnProtocol.Command> system;
  private final ActorRef<Lobby.Message> lobby;
  private final ServerBinding door;
  private final AtomicReference<Optional<ArtifactDesk>> desk =
      new AtomicReference<>(Optional.empty());
  private Optional<PlayedRun> current = Optional.empty();
  private boolean closing;

  /**
   * Opens the port.
   *
   * @param config of the coordinator
   * @throws WeftException if the home is none, another process has it, its journal cannot be
   *     opened, or the port is taken
   */
  public CoordinatorProcess(CoordinatorHome home, WeftConfig config, CoordinatorListener listener) {
    home.requireFounded();
    this.listener = listener;
    InstantSource time = InstantSource.system();
    journal = Journal.of(config.coordinator().journal(), home.state());
    // Keys and journal are opened at the same time: sites wait for both.
    CompletableFuture<Config> actors =
        CompletableFuture.supplyAsync(
            () -> journal.open().withFallback(ConfigFactory.load("weft-coordinator")), disk);
    Authority authority = home.keys().authority(time, new SecureRandom());
    addresses = Address.parse(config.coordinator().addresses());
    certificate = new OwnCertificate(home.keys(), authority, addresses, time, listener::news);
    members = new Members(home.members(), certificate::credentials, authority, time);
    queue = new RunQueue(home.runs());
    system = ActorSystem.create(SpawnProtocol.create(), "weft", opened(actors));
    lobby = Spawning.spawn(system, Lobby.create("weft " + Versions.weft(), time), "lobby");
    door = open(Address.parse(config.coordinator().listen()));
    home.keys().warnings().forEach(listener::news);
  }

  private static Config opened(CompletableFuture<Config> actors) {
    try {
      return actors.join();
    } catch (CompletionException e) {
      throw WeftException.from(e, Problem.INTERNAL, "opening the journal");
    }
  }

  private ServerBinding open(Address at) {
    CompletionStage<ServerBinding> opened =
        new Doorway(system, members, lobby, this::desk, disk)
            .open(
                new InetSocketAddress(at.host().toString(), at.port()),
                () -> certificate.engine(members::revocations));
    try {
      return opened.toCompletableFuture().get(BINDING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new WeftException(
          Problem.UNREACHABLE,
          Text.format(
              "coordinator.listen: %s cannot be served: %s; end what has it, or choose another"
                  + " port",
              at, e.getCause() == null ? e : e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeftException(Problem.INTERRUPTED, "stopped while the port was opened", e);
    }
  }

  private ArtifactDesk desk() {
    return desk.get()
        .orElseThrow(() -> new WeftException(Problem.WRONG_REFERENCE, "no run is on now"));
  }

  /** The port that it serves. */
  public int port() {
    return door.localAddress().getPort();
  }

  /**
   * Invites a site.
   *
   * @param life how long the invitation is good
   */
  public Token invite(String site, Duration life) {
    if (addresses.isEmpty()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "coordinator.addresses: names no address, so that a site would not know where to go; set"
              + " it in weft.conf");
    }
    return members.invite(site, addresses, life);
  }

  /**
   * Admits the site whose request was brought as a file.
   *
   * @param request in PEM
   * @return the answer in PEM
   */
  public String approve(String request) {
    byte[] bytes = EnrolmentRequest.ofPem(request, "the request to join").encode();
    return EnrolmentAnswer.decode(members.enrol(bytes)).toPem();
  }

  /** Shuts a site out, now and at every handshake from now on. */
  public void revoke(String site) {
    members.revoke(site);
    lobby.tell(new Lobby.Expel(site));
  }

  /** The names of the sites that have joined. */
  public Set<String> joined() {
    return members.names();
  }

  /** Who is here now. */
  public CompletionStage<List<Lobby.Presence>> here() {
    return AskPattern.ask(lobby, Lobby.Who::new, ANSWER, system.scheduler());
  }

  /**
   * Queues a run.
   *
   * @return its name
   */
  public synchronized String submit(Path file) {
    Submission submitted = queue.submit(file);
    notifyAll();
    return submitted.name();
  }

  /** Lets a run go on that was stopped or has failed. */
  public synchronized void resume(String run) {
    Submission known = known(run);
    if (known.state() == State.OVER) {
      queue.keep(known.again());
      notifyAll();
    }
  }

  /** Ends a run soon; one that waits is over. */
  public synchronized void stop(String run) {
    Submission known = known(run);
    if (current.filter(played -> played.name().equals(run)).isPresent()) {
      current.get().stop();
    } else if (known.state() != State.OVER) {
      queue.keep(known.over("stopped"));
    }
  }

  private Submission known(String run) {
    return queue
        .find(run)
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.BAD_VALUE,
                    Text.format("%s is no run of this coordinator", Text.quoted(run))));
  }

  /**
   * One line of JSON for the start and for each committed round of a run, as in its {@code
   * metrics.jsonl}.
   */
  public List<String> rounds(String run) {
    Path metrics = known(run).results().resolve("metrics.jsonl");
    try {
      return Files.exists(metrics) ? Files.readAllLines(metrics) : List.of();
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read: %s", metrics, e.getMessage()), e);
    }
  }

  /** One line for each run: name, how far it is, where its results are. */
  public List<String> runs() {
    return queue.all().stream()
        .map(
            one ->
                Text.format(
                    "%s\t%s\t%s",
                    one.name(),
                    one.state() == State.OVER
                        ? one.outcome()
                        : one.state().name().toLowerCase(Locale.ROOT),
                    one.results()))
        .toList();
  }

  /**
   * Waits for a run to play, and plays it to its end.
   *
   * @return how it ended; empty if the process ends
   */
  public Optional<RunOutcome> playNext() throws InterruptedException {
    return next().map(this::play);
  }

  /**
   * Plays the run of a file to its end, or goes on with it.
   *
   * @throws WeftException if it cannot be played
   */
  public RunOutcome play(Path file) {
    return play(prepare(queue.submit(file)));
  }

  private synchronized Optional<PlayedRun> next() throws InterruptedException {
    while (!closing) {
      Optional<Submission> submission = queue.next();
      if (submission.isPresent()) {
        return Optional.of(prepare(submission.get()));
      }
      wait();
    }
    return Optional.empty();
  }

  private synchronized PlayedRun prepare(Submission submission) {
    PlayedRun run = new PlayedRun(new OwnStage(), queue, submission, listener);
    current = Optional.of(run);
    if (closing) {
      run.stop();
    }
    return run;
  }

  /** A run that was stopped with its process goes on when that comes back. */
  private RunOutcome play(PlayedRun run) {
    try {
      RunOutcome outcome = run.play();
      if (!(outcome instanceof RunOutcome.Stopped) || !isClosing()) {
        over(run, PlayedRun.sentence(outcome));
      }
      return outcome;
    } catch (WeftException e) {
      over(run, "failed: " + e.sentence());
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new RunOutcome.Stopped();
    } finally {
      ended();
    }
  }

  private synchronized void over(PlayedRun run, String sentence) {
    queue.keep(known(run.name()).over(sentence));
  }

  private synchronized void ended() {
    current = Optional.empty();
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  /** Ends the run that is on soon, and plays no other. */
  public synchronized void stop() {
    closing = true;
    current.ifPresent(PlayedRun::stop);
    notifyAll();
  }

  @Override
  public void close() {
    stop();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    Threads.end(disk);
  }

  private final class OwnStage implements PlayedRun.Stage {
    @Override
    public ActorRef<Lobby.Message> lobby() {
      return lobby;
    }

    @Override
    public Set<String> joined() {
      return members.names();
    }

    @Override
    public RunActors actors(String run) {
      return new RunActors(system, run);
    }

    @Override
    public RunMemory memory(String id) {
      return journal.memory(id);
    }

    @Override
    public void lay(Optional<ArtifactDesk> own) {
      desk.set(own);
    }
  }
}
