package dev.weft.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.protection.Protection;
import dev.weft.core.random.Seed;
import dev.weft.core.state.Piece;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.state.PieceCodec;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateCodec;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client at the hands of a coordinator that says everything by hand. */
class ClientTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "ClientTest",
          ManualTime.config()
              .withFallback(
                  ConfigFactory.parseString(
                      "pekko.actor.testkit.typed.single-expect-default = 30s")));
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Digest BASE = Digest.of(new byte[] {1});
  private static final Seed SEED = new Seed(3);
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("query", 4, 3)), new AdapterTarget.Head(2, 4));
  private static final ChainAdapter FORM = ChainAdapter.lora(2, 2);
  private static final UpdateEncoding ENCODING = new UpdateEncoding(new FixedPoint(20, 8), 10, 3);
  private static final RoundId ID = new RoundId("run", 1, 1);

  private final TestProbe<FromClient> round = KIT.createTestProbe(FromClient.class);
  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestTransfer transfer = new TestTransfer();
  private final MemoryStore outbox = new MemoryStore();
  private final List<RoundId> keepers = Collections.synchronizedList(new ArrayList<>());
  private final List<Digest> trainings = Collections.synchronizedList(new ArrayList<>());
  private final List<String> cleared = Collections.synchronizedList(new ArrayList<>());
  private final TrainingShelf shelf =
      new TrainingShelf() {
        @Override
        public TrainingKeeper keeper(RoundId id, Digest training) {
          keepers.add(id);
          trainings.add(training);
          return TrainingKeeper.NONE;
        }

        @Override
        public void clear() {
          cleared.add("cleared");
        }
      };
  private final Deque<Runnable> queue = new ConcurrentLinkedDeque<>();

  @TempDir private Path folder;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void anotherBaseModelIsDeclined() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);

    client.tell(new ClientSession.Offer(ID, terms(TARGET, Digest.of(new byte[2])), ear()));

    assertThat(expect(ClientReply.Declined.class).reason()).startsWith("the base model here has");
  }

  @Test
  void anotherSetOfLayersIsDeclined() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    AdapterTarget other =
        AdapterTarget.of(
            List.of(new AdapterTarget.Layer("value", 4, 3)), new AdapterTarget.Head(2, 4));

    client.tell(new ClientSession.Offer(ID, terms(other, BASE), ear()));

    assertThat(expect(ClientReply.Declined.class).reason()).contains("adapted layers or classes");
  }

  @Test
  void whoHasMoreExamplesThanAnUpdateMayWeighDeclines() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);

    client.tell(new ClientSession.Offer(ID, terms(TARGET, BASE, 9), ear()));

    assertThat(expect(ClientReply.Declined.class).reason())
        .isEqualTo(
            "there are 10 examples here, more than the 9 of round.max-examples; raise it to what"
                + " the largest client has, or leave it at auto");
  }

  @Test
  void withoutAnAcceptedOfferNothingIsTrained() {
    client(addingOne(), Runnable::run).tell(train(ID, derivable()));

    assertThat(expect(ClientReply.Declined.class).reason()).contains("no offer");
  }

  @Test
  void theUpdateIsTheDifferenceFromTheDerivedReference() {
    List<TrainingJob> jobs = new ArrayList<>();
    ActorRef<ClientSession.Command> client =
        client(
            (job, listener) -> {
              jobs.add(job);
              listener.progress(5, 10, 0.75);
              return addingOne().train(job, listener);
            },
            Runnable::run);

    agree(client, ID);
    client.tell(train(ID, derivable()));

    assertThat(expect(ClientReply.Progress.class).meanLoss()).hasValue(0.75);
    ClientReply.Uploaded upload = expect(ClientReply.Uploaded.class);
    RingVector update = left(upload.update().digest());
    assertThat(update.at(update.size() - 1)).isEqualTo(10);
    for (int i = 0; i < update.size() - 1; i++) {
      // Twice the bound, since 1 was added to a float.
      assertThat(ENCODING.mean(update.at(i), 10)).isCloseTo(1, within(2 * ENCODING.bound(10)));
    }
    assertThat(jobs)
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.adapter()).isEqualTo(adapter());
              assertThat(job.seed()).isEqualTo(SEED.of("client", "a"));
              assertThat(job.local().round()).isEqualTo(1);
            });
  }

  @Test
  void aFetchedPieceIsFetchedOnceAndKept() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    List<Piece> plan = fetching(Part.A);

    agree(client, ID);
    client.tell(train(ID, plan));
    transfer.give(PieceCodec.part(adapter(), Part.A));
    Artifact first = expect(ClientReply.Uploaded.class).update();

    RoundId next = new RoundId("run", 1, 2);
    agree(client, next);
    client.tell(train(next, plan));
    assertThat(expect(ClientReply.Uploaded.class).update()).isEqualTo(first);
    assertThat(transfer.asked()).containsExactly(plan.get(0).artifact().digest());
  }

  @Test
  void anUpdateIsKeptUntilItIsAcknowledged() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    Artifact update = expect(ClientReply.Uploaded.class).update();

    client.tell(new ClientSession.Received(new RoundId("run", 1, 2)));
    settle(client);
    assertThat(outbox.bytes(update.digest())).hasValue(update.bytes());

    client.tell(new ClientSession.Received(ID));
    settle(client);
    assertThat(outbox.bytes(update.digest())).isEmpty();
  }

  /** Another process goes on with it; who has the update, or does not want it, ends it. */
  @Test
  void howFarATrainingIsIsForgottenWhenTheRoundIsOverForItAndNotWhenTheProcessEnds() {
    for (ClientSession.Command last :
        List.of(
            new ClientSession.Received(ID),
            new ClientSession.TooLate(ID),
            new ClientSession.Cancel(ID, "over"))) {
      cleared.clear();
      ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
      agree(client, ID);
      client.tell(train(ID, derivable()));
      expect(ClientReply.Uploaded.class);
      settle(client);
      assertThat(cleared).isEmpty();

      client.tell(last);
      settle(client);
      assertThat(cleared).as(last.toString()).hasSize(1);
      assertThat(keepers).allMatch(ID::equals).isNotEmpty();
    }
    cleared.clear();
    ActorRef<ClientSession.Command> ending = client(addingOne(), queue::add);
    agree(ending, ID);
    ending.tell(train(ID, derivable()));
    settle(ending);
    KIT.stop(ending);
    assertThat(cleared).isEmpty();
  }

  /** It may be this one that was broken off. */
  @Test
  void anOfferToAClientThatWasStartedAnewForgetsNothing() {
    ActorRef<ClientSession.Command> client = client(addingOne(), queue::add);
    agree(client, ID);
    settle(client);
    assertThat(cleared).isEmpty();
  }

  @Test
  void aTrainingIsKnownByAllThatItsBitsFollowFrom() {
    List<Digest> known = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
      agree(client, ID);
      client.tell(train(ID, derivable()));
      expect(ClientReply.Uploaded.class);
      known.add(trainings.get(trainings.size() - 1));
    }
    RoundId next = new RoundId("run", 1, 2);
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    agree(client, next);
    client.tell(train(next, derivable()));
    expect(ClientReply.Uploaded.class);

    assertThat(known.get(0)).isEqualTo(known.get(1));
    assertThat(trainings.get(trainings.size() - 1)).isNotEqualTo(known.get(0));
  }

  @Test
  void aSlowTransferIsASignOfLifeAndOneThatStandsStillIsNot() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    Digest piece = fetching(Part.A).get(0).artifact().digest();
    agree(client, ID);
    client.tell(train(ID, fetching(Part.A)));

    for (int i = 0; i < 5; i++) {
      transfer.trickle(piece);
      expect(ClientReply.Waiting.class);
      settle(client);
      time.timePasses(PATIENCE.minusSeconds(1));
      round.expectNoMessage(Duration.ZERO);
    }
    time.timePasses(Duration.ofSeconds(1));

    assertFailed(Problem.CLIENT_FAILED, "the coordinator did not send part A");
  }

  @Test
  void aSlowUploadIsASignOfLife() {
    CompletableFuture<Void> opened = new CompletableFuture<>();
    CompletableFuture<Runnable> moved = transfer.close(opened);
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    agree(client, ID);
    client.tell(train(ID, derivable()));

    moved.join().run();
    expect(ClientReply.Waiting.class);
    opened.complete(null);

    expect(ClientReply.Uploaded.class);
  }

  @Test
  void sideDeltasReachTheTrainerInOrder() {
    List<SideDelta> seen = new ArrayList<>();
    ActorRef<ClientSession.Command> client =
        client(
            (job, listener) -> {
              seen.addAll(job.sideDeltas());
              return addingOne().train(job, listener);
            },
            Runnable::run);
    List<SideDelta> log = List.of(delta(0, 5), delta(1, 3));
    List<Piece> plan = new ArrayList<>(derivable());
    log.forEach(delta -> plan.add(piece(delta)));

    agree(client, ID);
    client.tell(train(ID, plan));
    transfer.give(PieceCodec.sideDelta(log.get(1), TARGET));
    transfer.give(PieceCodec.sideDelta(log.get(0), TARGET));

    expect(ClientReply.Uploaded.class);
    assertThat(seen).isEqualTo(log);
  }

  @Test
  void aPieceWithOtherBytesThanPromisedIsRefused() throws IOException {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    DirectoryStore changed = DirectoryStore.open(folder);
    Digest digest = changed.put(PieceCodec.part(adapter(), Part.A)).digest();
    byte[] bytes = Files.readAllBytes(folder.resolve(digest.hex()));
    bytes[bytes.length - 1] ^= 1;
    Files.write(folder.resolve(digest.hex()), bytes);

    agree(client, ID);
    client.tell(train(ID, fetching(Part.A)));
    transfer.give(digest, changed);

    assertFailed(Problem.BAD_ARTIFACT, "its bytes are not those that were stored");
  }

  @Test
  void aPieceOfNoiseIsRefused() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    Content noise = out -> out.write(new byte[] {1, 2, 3});
    List<Piece> plan = new ArrayList<>(derivable());
    plan.set(0, new Piece(plan.get(0).role(), new Origin.Fetched(), Artifact.of(noise)));

    agree(client, ID);
    client.tell(train(ID, plan));
    transfer.give(noise);

    assertFailed(Problem.WRONG_REFERENCE, "part A: 3 bytes");
  }

  @Test
  void aPieceThatCannotBeHadIsTheEndOfIt() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);

    agree(client, ID);
    client.tell(train(ID, fetching(Part.A)));
    transfer.refuse(
        fetching(Part.A).get(0).artifact().digest(),
        new WeftException(Problem.WRONG_REFERENCE, "it is not part of the round"));

    assertFailed(Problem.WRONG_REFERENCE, "it is not part of the round");
  }

  @Test
  void aDerivedPieceThatDiffersFromTheCoordinatorsIsRefused() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    List<Piece> plan = new ArrayList<>(derivable());
    Piece a = plan.get(0);
    plan.set(0, new Piece(a.role(), new Origin.Kaiming(new Seed(4)), a.artifact()));

    agree(client, ID);
    client.tell(train(ID, plan));

    assertFailed(Problem.WRONG_REFERENCE, "part A: has digest");
  }

  @Test
  void aPieceThatNeverComesIsNotWaitedForForever() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    agree(client, ID);
    client.tell(train(ID, fetching(Part.A)));
    settle(client);

    time.timePasses(PATIENCE);

    assertFailed(Problem.CLIENT_FAILED, "the coordinator did not send part A");
  }

  @Test
  void anUpdateWithNanNeverLeavesTheSite() {
    ActorRef<ClientSession.Command> client = client(adding(Float.NaN), Runnable::run);
    agree(client, ID);

    client.tell(train(ID, derivable()));

    assertFailed(Problem.NON_FINITE_UPDATE, "has 6 NaN or infinite values");
  }

  @Test
  void anUpdateOutOfRangeNeverLeavesTheSite() {
    ActorRef<ClientSession.Command> client = client(adding(1e6f), Runnable::run);
    agree(client, ID);

    client.tell(train(ID, derivable()));

    assertFailed(Problem.OUT_OF_RANGE_UPDATE, "beyond ±8");
  }

  @Test
  void anUpdateOfOtherTensorsNeverLeavesTheSite() {
    ActorRef<ClientSession.Command> client =
        client((job, listener) -> SmallSteps.trained(job.adapter().part(Part.HEAD)), Runnable::run);
    agree(client, ID);

    client.tell(train(ID, derivable()));

    assertFailed(Problem.MALFORMED_UPDATE, "are not the agreed");
  }

  @Test
  void aTrainerThatFailsIsOneSentence() {
    ActorRef<ClientSession.Command> client =
        client(
            (job, listener) -> {
              throw new IllegalStateException("disk is full");
            },
            Runnable::run);
    agree(client, ID);

    client.tell(train(ID, derivable()));

    assertFailed(Problem.CLIENT_FAILED, "disk is full");
  }

  @Test
  void aTrainerWithAProblemOfItsOwnKeepsItsCode() {
    ActorRef<ClientSession.Command> client =
        client(
            (job, listener) -> {
              throw new WeftException(Problem.EMPTY_CLIENT, "no examples here");
            },
            Runnable::run);
    agree(client, ID);

    client.tell(train(ID, derivable()));

    assertFailed(Problem.EMPTY_CLIENT, "no examples here");
  }

  @Test
  void anExecutorThatIsClosedIsAFailureToo() {
    ActorRef<ClientSession.Command> client =
        client(
            addingOne(),
            work -> {
              throw new RejectedExecutionException("shut down");
            });
    agree(client, ID);

    client.tell(train(ID, derivable()));

    assertFailed(Problem.CLIENT_FAILED, "shut down");
  }

  @Test
  void aClientInTheQueueSaysThatItIsThere() {
    ActorRef<ClientSession.Command> client = client(addingOne(), queue::add);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    settle(client);

    time.timePasses(PATIENCE.dividedBy(3));
    expect(ClientReply.Waiting.class);
    time.timePasses(PATIENCE.dividedBy(3));
    expect(ClientReply.Waiting.class);
    queue.remove().run();

    expect(ClientReply.Uploaded.class);
    time.timePasses(PATIENCE);
    round.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aClientWhoseTrainerWaitsSaysThatItIsThereUntilTheTrainingBegins() {
    CompletableFuture<TrainingJob> asked = new CompletableFuture<>();
    CompletableFuture<LocalListener> ear = new CompletableFuture<>();
    CompletableFuture<TrainingResult> result = new CompletableFuture<>();
    ActorRef<ClientSession.Command> client =
        client(
            (job, listener) -> {
              asked.complete(job);
              ear.complete(listener);
              return result;
            },
            Runnable::run);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    settle(client);

    time.timePasses(PATIENCE.dividedBy(3));
    expect(ClientReply.Waiting.class);
    ear.join().begun();
    settle(client);
    time.timePasses(PATIENCE);
    round.expectNoMessage(Duration.ZERO);
    addingOne()
        .train(asked.join(), ear.join())
        .thenAccept(result::complete)
        .toCompletableFuture()
        .join();

    expect(ClientReply.Uploaded.class);
  }

  @Test
  void cancellingStopsTheTrainingAndNothingIsUploaded() {
    List<Boolean> heard = new ArrayList<>();
    ActorRef<ClientSession.Command> client =
        client(
            (job, listener) -> {
              heard.add(listener.cancelled());
              return addingOne().train(job, listener);
            },
            queue::add);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    settle(client);

    client.tell(new ClientSession.Cancel(ID, "the run was stopped"));
    settle(client);
    queue.remove().run();
    RoundId next = new RoundId("run", 2, 1);
    agree(client, next);

    assertThat(heard).isEmpty();
  }

  @Test
  void aTrainingUnderWayHearsThatItIsCancelled() {
    List<Boolean> heard = new ArrayList<>();
    CompletableFuture<ActorRef<ClientSession.Command>> self = new CompletableFuture<>();
    ActorRef<ClientSession.Command> client =
        client(
            (job, listener) -> {
              self.join().tell(new ClientSession.TooLate(ID));
              settle(self.join());
              heard.add(listener.cancelled());
              return addingOne().train(job, listener);
            },
            queue::add);
    self.complete(client);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    settle(client);

    queue.remove().run();

    assertThat(heard).containsExactly(true);
    agree(client, new RoundId("run", 2, 1));
  }

  @Test
  void aRepeatedOfferIsAgreedToAgainAndDisturbsNothing() {
    ActorRef<ClientSession.Command> client = client(addingOne(), queue::add);
    agree(client, ID);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    agree(client, ID);
    client.tell(train(ID, derivable()));
    settle(client);

    assertThat(queue).hasSize(1);
    queue.remove().run();

    expect(ClientReply.Uploaded.class);
    round.expectNoMessage(Duration.ZERO);
  }

  @Test
  void whatWasUploadedIsSaidAgainToARoundThatAsksAgain() {
    ActorRef<ClientSession.Command> client = client(addingOne(), Runnable::run);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    ClientReply.Uploaded upload = expect(ClientReply.Uploaded.class);

    agree(client, ID);
    client.tell(train(ID, derivable()));
    assertThat(expect(ClientReply.Uploaded.class)).isEqualTo(upload);
    assertThat(outbox.bytes(upload.update().digest())).isPresent();

    client.tell(new ClientSession.Received(ID));
    settle(client);
    assertThat(outbox.bytes(upload.update().digest())).isEmpty();
  }

  /** The line of the first request may be gone. */
  @Test
  void whoAskedLastHearsTheAnswer() {
    ActorRef<ClientSession.Command> client = client(addingOne(), queue::add);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    TestProbe<FromClient> back = KIT.createTestProbe(FromClient.class);
    client.tell(new ClientSession.Offer(ID, terms(TARGET, BASE), back.getRef()));
    assertThat(back.receiveMessage().reply()).isEqualTo(new ClientReply.Accepted(ID));

    queue.remove().run();

    assertThat(back.receiveMessage().reply()).isInstanceOf(ClientReply.Uploaded.class);
    round.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aCancelOfAnotherRoundIsNotForThisOne() {
    ActorRef<ClientSession.Command> client = client(addingOne(), queue::add);
    agree(client, ID);
    client.tell(train(ID, derivable()));
    client.tell(new ClientSession.Cancel(new RoundId("run", 1, 2), "other attempt"));
    settle(client);

    queue.remove().run();

    expect(ClientReply.Uploaded.class);
  }

  /** The integers of an update of the adapter. */
  private RingVector left(Digest update) {
    int entries = (int) adapter().trained().elements();
    return UpdateCodec.source(from -> transfer.left().open(update, from), ENCODING.bits(), entries)
        .range(0, entries + 1);
  }

  private void agree(ActorRef<ClientSession.Command> client, RoundId id) {
    client.tell(new ClientSession.Offer(id, terms(TARGET, BASE), ear()));
    assertThat(expect(ClientReply.Accepted.class).id()).isEqualTo(id);
  }

  /** Waits until the client has handled all it was told: its answer to a last question is here. */
  private void settle(ActorRef<ClientSession.Command> client) {
    TestProbe<FromClient> other = KIT.createTestProbe(FromClient.class);
    RoundId unknown = new RoundId("another run", 1, 1);
    client.tell(new ClientSession.Train(unknown, plan(), derivable(), PATIENCE, other.getRef()));
    assertThat(other.receiveMessage().reply()).isInstanceOf(ClientReply.Declined.class);
  }

  private <R extends ClientReply> R expect(Class<R> kind) {
    FromClient said = round.receiveMessage();
    assertThat(said.client()).isEqualTo("a");
    assertThat(said.reply()).isInstanceOf(kind);
    return kind.cast(said.reply());
  }

  private void assertFailed(Problem problem, String words) {
    ClientReply.Failed failed = expect(ClientReply.Failed.class);
    assertThat(failed.code()).isEqualTo(problem.code());
    assertThat(failed.sentence()).contains(words).doesNotContain("\n");
  }

  private ActorRef<FromClient> ear() {
    return round.getRef();
  }

  private ActorRef<ClientSession.Command> client(LocalTrainer trainer, Executor executor) {
    return KIT.spawn(
        Client.create(
            new ClientSetup(
                "a",
                TARGET,
                BASE,
                SmallSteps.examples(10),
                new Pieces(),
                transfer,
                outbox,
                trainer,
                ClientSetup.ANY_UPLOAD,
                Losses.SHARE,
                Optional.empty(),
                shelf,
                executor)));
  }

  private static LocalTrainer addingOne() {
    return adding(1);
  }

  private static LocalTrainer adding(float step) {
    return (job, listener) -> {
      assertThat(listener.keeper().kept()).isEmpty();
      return SmallSteps.trained(
          job.adapter()
              .trained()
              .map((name, tensor) -> tensor.plus(constant(step, tensor.shapeArray()))));
    };
  }

  private static Terms terms(AdapterTarget target, Digest base) {
    return terms(target, base, 10);
  }

  private static Terms terms(AdapterTarget target, Digest base, long mostExamples) {
    return new Terms("lora", 2, mostExamples, FORM.trained(), target.digest(), base, BASE);
  }

  private ClientSession.Train train(RoundId id, List<Piece> pieces) {
    return new ClientSession.Train(id, plan(), pieces, PATIENCE, ear());
  }

  private static LocalPlan plan() {
    return new LocalPlan(
        FORM,
        new LocalRound(LocalObjective.meanLoss(), LocalTraining.ofEpochs(1, 8, 1e-3), 1, 5),
        Protection.rounding(ENCODING),
        SEED);
  }

  private static Adapter adapter() {
    Adapter zeros = Adapter.zeros(FORM, TARGET);
    return zeros.with(new Origin.Kaiming(SEED).derive(zeros.part(Part.A)));
  }

  private static List<Piece> derivable() {
    return FORM.parts().stream()
        .map(part -> piece(part, part == Part.A ? new Origin.Kaiming(SEED) : new Origin.Zeros()))
        .toList();
  }

  private static List<Piece> fetching(Part fetched) {
    return derivable().stream()
        .map(
            piece ->
                piece.role().equals(new Role.AdapterPart(fetched))
                    ? piece(fetched, new Origin.Fetched())
                    : piece)
        .toList();
  }

  private static Piece piece(Part part, Origin origin) {
    return new Piece(
        new Role.AdapterPart(part), origin, Artifact.of(PieceCodec.part(adapter(), part)));
  }

  private static Piece piece(SideDelta delta) {
    return new Piece(
        new Role.LogEntry(delta.number()),
        new Origin.Fetched(),
        Artifact.of(PieceCodec.sideDelta(delta, TARGET)));
  }

  private static SideDelta delta(int number, int rank) {
    return new SideDelta(
        number, List.of(new LowRank(constant(number + 1, 4, rank), constant(rank, rank, 3))));
  }

  private static Tensor constant(float value, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    Arrays.fill(values, value);
    return Tensor.of(values, shape);
  }
}
