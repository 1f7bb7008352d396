package dev.weft.protocol.codec;

import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.FormKind;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.method.LearningRateSchedule;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.protection.Clipping;
import dev.weft.core.protection.IntegerNoise;
import dev.weft.core.protection.Protection;
import dev.weft.core.random.Seed;
import dev.weft.core.state.Piece;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.ProtocolVersions;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.RunResults;
import dev.weft.protocol.RunTerms;
import dev.weft.protocol.SiteMessage;
import dev.weft.protocol.Terms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/** Messages with anything in every field that the field may hold, the ends of its range often. */
final class Samples {
  private static final List<String> TEXTS =
      List.of("", "a", "St. Mary's hospital", "بیمارستان", "病院 🏥", "e\u0301", "x".repeat(4096));
  private static final List<AdapterForm> FORMS =
      AdapterForm.kinds().stream().flatMap(Samples::forms).toList();

  private final Random random;

  Samples(long seed) {
    this.random = new Random(seed);
  }

  /** One of every kind that a site says. */
  List<SiteMessage> ofSite() {
    int oldest = 1 + count(1000);
    return List.of(
        new SiteMessage.Hello(new ProtocolVersions(oldest, oldest + count(1000)), text()),
        new SiteMessage.Ready(text(), number()),
        new SiteMessage.NotReady(text(), text(), text()),
        new SiteMessage.Kept(text()),
        new SiteMessage.Leaving(text()),
        new SiteMessage.Reply(new ClientReply.Accepted(id())),
        new SiteMessage.Reply(new ClientReply.Declined(id(), text())),
        new SiteMessage.Reply(new ClientReply.Waiting(id())),
        new SiteMessage.Reply(new ClientReply.Progress(id(), number(), number(), loss())),
        new SiteMessage.Reply(
            new ClientReply.Uploaded(
                id(),
                artifact(),
                new TrainingFigures(loss(), number(), number(), count(Integer.MAX_VALUE)),
                random.nextDouble() * 1e9)),
        new SiteMessage.Reply(new ClientReply.Failed(id(), text(), text())),
        new SiteMessage.Reply(
            new ClientReply.Measured(
                measurement(), digest(), new AnswerCounts(number(), number(), number(), real()))),
        new SiteMessage.Reply(
            new ClientReply.NotMeasured(
                measurement(), digest(), one(ClientReply.Reason.values()), text())));
  }

  /** One of every kind that a coordinator says. */
  List<CoordinatorMessage> ofCoordinator(ActorRef<FromClient> replyTo) {
    return Stream.concat(
            Stream.<CoordinatorMessage>of(
                new CoordinatorMessage.Welcome(random.nextInt(), text()),
                new CoordinatorMessage.Refused(text(), text()),
                new CoordinatorMessage.Prepare(
                    new RunTerms(
                        id().run(),
                        digest(),
                        list(5, this::text),
                        settings(),
                        1 + count(Integer.MAX_VALUE - 1),
                        number())),
                new CoordinatorMessage.RunEnded(text(), text(), Optional.empty()),
                new CoordinatorMessage.RunEnded(text(), text(), Optional.of(results()))),
            commands(replyTo).map(CoordinatorMessage.Command::new))
        .toList();
  }

  private RunResults results() {
    SortedMap<String, Artifact> files = new TreeMap<>();
    files.put("config.conf", new Artifact(digest(), number()));
    files.put("adapter/adapter_model.safetensors", new Artifact(digest(), number()));
    return new RunResults(id(), files);
  }

  private Stream<ClientSession.Command> commands(ActorRef<FromClient> replyTo) {
    return Stream.of(
        new ClientSession.Offer(id(), terms(), replyTo),
        train(replyTo),
        measure(replyTo),
        new ClientSession.Received(id()),
        new ClientSession.TooLate(id()),
        new ClientSession.Cancel(id(), text()));
  }

  private ClientSession.Measure measure(ActorRef<FromClient> replyTo) {
    return new ClientSession.Measure(
        measurement(),
        digest(),
        FORMS.get(random.nextInt(FORMS.size())),
        list(4, this::piece),
        Duration.ofMillis(1 + count(1 << 30)),
        replyTo);
  }

  private RoundId measurement() {
    return RoundId.measuring("r" + text(), count(Integer.MAX_VALUE));
  }

  private Terms terms() {
    return new Terms(
        text(),
        1 + count(Integer.MAX_VALUE - 1),
        1L + count(Integer.MAX_VALUE),
        Set.copyOf(list(5, () -> one(Part.values()))),
        digest(),
        digest(),
        digest());
  }

  private ClientSession.Train train(ActorRef<FromClient> replyTo) {
    RoundId id = id();
    LocalTraining training =
        new LocalTraining(
            count(Integer.MAX_VALUE),
            random.nextBoolean() ? Optional.empty() : Optional.of(count(Integer.MAX_VALUE)),
            count(Integer.MAX_VALUE),
            real(),
            real(),
            real(),
            new LearningRateSchedule(
                one(LearningRateSchedule.Shape.values()), random.nextDouble()));
    int rounds = id.round() + count(Integer.MAX_VALUE - id.round());
    Protection protection =
        new Protection(
            random.nextBoolean() ? Clipping.NONE : new Clipping(random.nextDouble() + 1e-300),
            new UpdateEncoding(
                new FixedPoint(1 + count(20), 1 + count(1000)), 1 + count(1000), 1 + count(1000)),
            IntegerNoise.NONE);
    return new ClientSession.Train(
        id,
        new LocalPlan(
            one(FORMS.toArray(AdapterForm[]::new)),
            new LocalRound(new LocalObjective(random.nextDouble()), training, id.round(), rounds),
            protection,
            new Seed(random.nextLong())),
        list(20, this::piece),
        Duration.ofMillis(1L + count(Integer.MAX_VALUE)),
        replyTo);
  }

  private Piece piece() {
    return new Piece(
        random.nextBoolean()
            ? new Piece.Role.AdapterPart(one(Part.values()))
            : new Piece.Role.LogEntry(count(Integer.MAX_VALUE)),
        one(
            new Origin.Zeros(),
            new Origin.Kaiming(new Seed(random.nextLong())),
            new Origin.Normal(new Seed(random.nextLong()), random.nextFloat(), true),
            new Origin.Normal(new Seed(random.nextLong()), random.nextFloat(), false),
            new Origin.Columns(new Seed(random.nextLong())),
            new Origin.Groups(),
            new Origin.Shared(new Seed(random.nextLong()), random.nextFloat()),
            new Origin.Constant(random.nextFloat()),
            new Origin.Fetched()),
        artifact());
  }

  private static Stream<AdapterForm> forms(FormKind kind) {
    List<Float> numbers = Stream.generate(() -> 0.25f).limit(kind.numbers()).toList();
    return Stream.of(
            ChainAdapter.lora(3, 0.5f),
            ChainAdapter.lora(7, 1.5f).training(Part.B),
            ChainAdapter.diagonalCore(3, 0.5f),
            ChainAdapter.fullCore(3, 0.5f).training(Part.CORE))
        .flatMap(
            chain -> {
              try {
                return Stream.of(kind.form(chain, numbers));
              } catch (IllegalArgumentException refused) {
                return Stream.empty();
              }
            });
  }

  private RoundId id() {
    return new RoundId(
        "r" + text(), 1 + count(Integer.MAX_VALUE - 1), 1 + count(Integer.MAX_VALUE - 1));
  }

  private Map<String, String> settings() {
    return IntStream.range(0, random.nextInt(6))
        .boxed()
        .collect(Collectors.toMap(i -> "key-" + i + text(), i -> text()));
  }

  private Artifact artifact() {
    return new Artifact(digest(), number());
  }

  private Digest digest() {
    return Digest.of(text().getBytes(StandardCharsets.UTF_8));
  }

  private String text() {
    return random.nextInt(3) == 0
        ? Long.toString(random.nextLong())
        : one(TEXTS.toArray(String[]::new));
  }

  /** Not negative. */
  private long number() {
    return one(0L, 1L, (long) random.nextInt(1 << 20), random.nextLong() >>> 1, Long.MAX_VALUE);
  }

  /** From 0 to a most, either included. */
  private int count(int most) {
    return one(0, Math.min(1, most), (int) (random.nextDouble() * most), most);
  }

  private OptionalDouble loss() {
    return random.nextInt(3) == 0 ? OptionalDouble.empty() : OptionalDouble.of(real());
  }

  private double real() {
    return one(
        0.0,
        -0.0,
        -1.5,
        random.nextGaussian(),
        Double.MIN_VALUE,
        -Double.MAX_VALUE,
        Double.NaN,
        Double.NEGATIVE_INFINITY);
  }

  private <T> List<T> list(int most, Supplier<T> maker) {
    List<T> list = new ArrayList<>();
    for (int left = random.nextInt(most + 1); left > 0; left--) {
      list.add(maker.get());
    }
    return List.copyOf(list);
  }

  @SafeVarargs
  private <T> T one(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** The kinds of a sealed hierarchy, as far down as they are records. */
  static Set<Class<?>> kinds(Class<?> sealed) {
    return sealed.isRecord()
        ? Set.of(sealed)
        : Stream.of(sealed.getPermittedSubclasses())
            .flatMap(kind -> kinds(kind).stream())
            .collect(Collectors.toSet());
  }

  static Set<Class<?>> classes(Stream<?> values) {
    return values.map(Object::getClass).collect(Collectors.toSet());
  }
}
