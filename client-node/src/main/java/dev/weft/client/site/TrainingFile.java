package dev.weft.client.site;

import dev.weft.client.TrainingShelf;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.artifact.DurableFile;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.finetune.training.TrainingState;
import dev.weft.protocol.RoundId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How far a site's training is, in one file that its owner alone can read: it says about the site's
 * examples what an update says, without any protection. It appears whole or not at all, survives a
 * crash, and goes when the coordinator has the update. A file of another training is deleted.
 */
final class TrainingFile implements TrainingShelf {
  private static final String FORMAT = "weft training 1";
  private static final String TRAINED = "trained/";
  private static final String MEANS = "means/";
  private static final String SQUARES = "squares/";

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final Duration every;
  private final Consumer<SiteEvent> listener;
  private Optional<Keeper> current = Optional.empty();

  /**
   * @param file whose folder is made when it is written
   * @param every how much time may pass between two states that are kept
   */
  TrainingFile(Path file, Duration every, Consumer<SiteEvent> listener) {
    this.file = file;
    this.every = every;
    this.listener = listener;
  }

  @Override
  public synchronized TrainingKeeper keeper(RoundId id, Digest training) {
    Keeper keeper = new Keeper(id, training);
    current = Optional.of(keeper);
    return keeper;
  }

  @Override
  public synchronized void clear() {
    current = Optional.empty();
    delete();
  }

  private void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      listener.accept(
          new SiteEvent.TrainingNotKept(
              Text.format("%s cannot be deleted: %s", file, e.getMessage())));
    }
  }

  private final class Keeper implements TrainingKeeper {
    private final RoundId id;
    private final Digest training;
    private long last = System.nanoTime();

    Keeper(RoundId id, Digest training) {
      this.id = id;
      this.training = training;
    }

    @Override
    public Optional<TrainingState> kept() {
      return found(id, training);
    }

    @Override
    public boolean due() {
      return System.nanoTime() - last >= every.toNanos();
    }

    @Override
    public void keep(TrainingState state) {
      write(this, state);
      last = System.nanoTime();
    }
  }

  private synchronized Optional<TrainingState> found(RoundId id, Digest training) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Map<String, String> facts = Safetensors.metadata(file);
      if (FORMAT.equals(facts.get("format")) && training.hex().equals(facts.get("training"))) {
        TrainingState state = state(facts, Safetensors.read(file));
        listener.accept(new SiteEvent.TrainingGoesOn(id, state.steps()));
        return Optional.of(state);
      }
      listener.accept(
          new SiteEvent.TrainingNotKept(
              Text.format(
                  "%s is of another training, round, model or data, and is deleted", file)));
    } catch (WeftException | IllegalArgumentException e) {
      listener.accept(
          new SiteEvent.TrainingNotKept(
              Text.format("%s is damaged and deleted: %s", file, e.getMessage())));
    }
    delete();
    return Optional.empty();
  }

  private static TrainingState state(Map<String, String> facts, TensorMap all) {
    return new TrainingState(
        Integer.parseInt(facts.getOrDefault("steps", "")),
        part(all, TRAINED),
        part(all, MEANS),
        part(all, SQUARES),
        Long.parseLong(facts.getOrDefault("examples", "")),
        Long.parseLong(facts.getOrDefault("tokens", "")),
        Double.longBitsToDouble(Long.parseUnsignedLong(facts.getOrDefault("lossSum", ""), 16)));
  }

  private static TensorMap part(TensorMap all, String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    all.asMap()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
              }
            });
    return TensorMap.of(part);
  }

  /** A site whose disk is full trains all the same. */
  private synchronized void write(Keeper keeper, TrainingState state) {
    if (current.filter(one -> one == keeper).isEmpty()) {
      return;
    }
    boolean interrupted = Thread.interrupted(); // a process that ends still writes
    try {
      Map<String, Tensor> all = new LinkedHashMap<>();
      state.trained().asMap().forEach((name, tensor) -> all.put(TRAINED + name, tensor));
      state.means().asMap().forEach((name, tensor) -> all.put(MEANS + name, tensor));
      state.squares().asMap().forEach((name, tensor) -> all.put(SQUARES + name, tensor));
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("format", FORMAT);
      facts.put("training", keeper.training.hex());
      facts.put("steps", Integer.toString(state.steps()));
      facts.put("examples", Long.toString(state.examples()));
      facts.put("tokens", Long.toString(state.tokens()));
      facts.put("lossSum", Long.toHexString(Double.doubleToRawLongBits(state.lossSum())));
      Files.createDirectories(file.getParent());
      DurableFile.write(
          file,
          out -> Safetensors.write(TensorMap.of(all), facts, out),
          DurableFile.permissions(file.getParent(), OWNER));
    } catch (IOException e) {
      listener.accept(
          new SiteEvent.TrainingNotKept(
              Text.format("%s cannot be written: %s; free the disk", file, e.getMessage())));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
