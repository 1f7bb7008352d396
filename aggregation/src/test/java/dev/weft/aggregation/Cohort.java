package dev.weft.aggregation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.RingSource;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.StoredUpdate;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateCodec;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * A cohort whose clients "train" by drawing their trained tensors at random, far from the reference
 * and from each other.
 */
public record Cohort(Method method, GlobalState reference, List<Client> clients, Seed seed) {
  /** Two layers of unlike, not square shapes, so that no transpose goes unnoticed. */
  public static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(
              new AdapterTarget.Layer("layer.0.query", 12, 17),
              new AdapterTarget.Layer("layer.0.value", 19, 11)),
          new AdapterTarget.Head(3, 5));

  private static final double RANGE = 8;

  /** What one client ended with. */
  public record Client(String name, long examples, Adapter local) {}

  /** A cohort with these ranks; the method's rank is the largest. */
  public static Cohort of(String method, long seed, Integer... ranks) {
    return of(method, seed, List.of(ranks));
  }

  public static Cohort of(String method, long seed, List<Integer> ranks) {
    return of(method(method, ranks, Map.of()), seed, ranks);
  }

  public static Cohort of(Method method, long seed, List<Integer> ranks) {
    Seed root = new Seed(seed);
    GlobalState reference = reference(method.adapter(), root);
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      Adapter start = reference.adapter().truncate(ranks.get(i));
      TensorMap trained = random(start.trained(), root.of("client", i));
      clients.add(new Client("site-" + (char) ('a' + i), 1 + 7L * i * i, start.with(trained)));
    }
    return new Cohort(method, reference, clients, root);
  }

  /** A method under default settings, these ranks and these overrides. */
  public static Method method(String name, List<Integer> ranks, Map<String, String> overrides) {
    WeftConfig config = ConfigLoader.load(Optional.empty(), overrides);
    MethodConfig defaults = config.method();
    return Methods.resolve(
        new MethodConfig(
            name,
            defaults.adapter(),
            defaults.rank(),
            ranks,
            defaults.scale(),
            defaults.init(),
            defaults.fairLambda(),
            defaults.proximalMu(),
            defaults.measureError(),
            defaults.robust(),
            defaults.server()));
  }

  /** A reference with every tensor random; parts count as fetched. */
  public static GlobalState reference(AdapterForm form, Seed seed) {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    form.parts().forEach(part -> origins.put(part, new Origin.Fetched()));
    return GlobalState.initial(
        new Adapter(form, TARGET, random(form.zeros(TARGET), seed.of("reference"))), origins);
  }

  /** Values uniform on ±1. */
  public static TensorMap random(TensorMap like, Seed seed) {
    SeededRandom random = seed.random();
    return like.map(
        (name, tensor) -> {
          float[] values = new float[tensor.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
          }
          return Tensor.of(values, tensor.shapeArray());
        });
  }

  public Cohort with(List<Client> newClients) {
    return new Cohort(method, reference, newClients, seed);
  }

  public Cohort with(Method newMethod) {
    return new Cohort(newMethod, reference, clients, seed);
  }

  /** Agreed for the clients there are, none of which weighs more than the largest. */
  public UpdateEncoding encoding() {
    return encoding(FixedPoint.fitting(mostExamples(), RANGE));
  }

  public UpdateEncoding encoding(FixedPoint grid) {
    return new UpdateEncoding(grid, mostExamples(), clients.size());
  }

  private long mostExamples() {
    return clients.stream().mapToLong(Client::examples).max().orElseThrow();
  }

  /** The sum of what the clients send. */
  public UpdateSum sum() {
    UpdateSum sum = new UpdateSum(reference.adapter(), encoding(), Scratch.HEAP);
    updates().forEach(sum::add);
    return sum;
  }

  /** What the clients send. */
  public List<ClientUpdate> updates() {
    return updates(encoding());
  }

  /**
   * What the clients send, to be read again from where it is stored.
   *
   * @param read hears how many integers are read whenever some are
   */
  public List<StoredUpdate> stored(UpdateSum sum, IntConsumer read) {
    return updates().stream().map(update -> sum.stored(heard(update, read))).toList();
  }

  /** The same update; {@code read} hears how many integers are read whenever some are. */
  public static ClientUpdate heard(ClientUpdate update, IntConsumer read) {
    RingSource values = update.values();
    return new ClientUpdate(
        update.client(),
        update.rank(),
        new RingSource() {
          @Override
          public int bits() {
            return values.bits();
          }

          @Override
          public int size() {
            return values.size();
          }

          @Override
          public RingVector range(int from, int size) {
            read.accept(size);
            return values.range(from, size);
          }
        });
  }

  public List<ClientUpdate> updates(UpdateEncoding encoding) {
    return clients.stream().map(client -> update(client, encoding)).toList();
  }

  private ClientUpdate update(Client client, UpdateEncoding encoding) {
    return stored(encoded(client, encoding));
  }

  private ClientUpdate encoded(Client client, UpdateEncoding encoding) {
    Adapter local = client.local();
    Adapter start = reference.adapter().truncate(local.form().rank());
    return new ClientUpdate(
        client.name(),
        local.form().rank(),
        encoding.encode(
            local.trained().minus(start.trained()),
            client.examples(),
            seed.of(client.name()).random()));
  }

  /** p_k. */
  public double share(Client client) {
    return (double) client.examples() / clients.stream().mapToLong(Client::examples).sum();
  }

  public RoundResult aggregate() {
    return aggregate(updates());
  }

  public RoundResult aggregate(List<ClientUpdate> updates) {
    return aggregate(updates, encoding());
  }

  public RoundResult aggregate(UpdateEncoding encoding) {
    return aggregate(updates(encoding), encoding);
  }

  private RoundResult aggregate(List<ClientUpdate> updates, UpdateEncoding encoding) {
    RoundAggregation round =
        RoundAggregation.start(method, reference, encoding, seed.of("round"), true, Scratch.HEAP);
    updates.forEach(round::add);
    return round.finish();
  }

  /** An update as it lies in a store: encoded. */
  private static ClientUpdate stored(ClientUpdate update) {
    RingVector values = update.values().range(0, update.values().size());
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try {
      UpdateCodec.content(update.rank(), values).writeTo(stored);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = stored.toByteArray();
    return new ClientUpdate(
        update.client(),
        update.rank(),
        UpdateCodec.source(
            from -> new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from),
            values.bits(),
            update.entries()));
  }

  /** What the clients send, stored. */
  public StoredUpdates stored() {
    return stored(StoredUpdates::new);
  }

  /** What the clients send, stored, to be read in blocks of so many numbers. */
  public StoredUpdates stored(int numbers) {
    return stored(each -> new StoredUpdates(each, numbers));
  }

  private StoredUpdates stored(Function<List<StoredUpdate>, StoredUpdates> of) {
    UpdateSum sum = sum();
    return of.apply(updates().stream().map(sum::stored).toList());
  }

  /** The clients as their updates tell of them: after fixed point. */
  public Cohort decoded(UpdateEncoding encoding) {
    return with(clients.stream().map(client -> decoded(client, encoding)).toList());
  }

  private Client decoded(Client client, UpdateEncoding encoding) {
    ClientUpdate update = encoded(client, encoding);
    RingVector sentValues = update.values().range(0, update.entries());
    TensorMap start = reference.adapter().truncate(update.rank()).trained();
    int[] next = {0};
    TensorMap moved =
        start.map(
            (name, tensor) -> {
              float[] values = new float[tensor.size()];
              for (int i = 0; i < values.length; i++) {
                long sent = sentValues.at(next[0]++);
                values[i] = (float) (tensor.at(i) + encoding.mean(sent, client.examples()));
              }
              return Tensor.of(values, tensor.shapeArray());
            });
    return new Client(client.name(), client.examples(), client.local().with(moved));
  }
}
