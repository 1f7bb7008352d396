package dev.weft.coordinator.store;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.FormCodec;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Global states in an {@link ArtifactStore}. A state is a small manifest that names the digests of
 * its tensors; every side delta is an artifact of its own, so that a growing log is stored once.
 */
public final class StateArchive {
  private static final String FORMAT = "weft state 2";

  private final ArtifactStore store;
  private final AdapterTarget target;

  public StateArchive(ArtifactStore store, AdapterTarget target) {
    this.store = store;
    this.target = target;
  }

  /**
   * Stores tensors first and the manifest last, so that a manifest never names a missing artifact.
   *
   * @return the digest of the manifest
   */
  public Digest save(GlobalState state) {
    ByteArrayOutputStream manifest = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(manifest)) {
      out.writeUTF(FORMAT);
      out.writeInt(state.round());
      FormCodec.write(out, state.adapter().form());
      writeOrigins(out, state.origins());
      out.writeUTF(store.put(TensorBlob.encode(state.adapter().tensors())).hex());
      out.writeUTF(store.put(TensorBlob.encode(state.serverState())).hex());
      out.writeInt(state.sideDeltas().size());
      for (SideDelta delta : state.sideDeltas()) {
        out.writeUTF(store.put(TensorBlob.encode(delta.tensors(target))).hex());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory takes every byte", e);
    }
    return store.put(manifest.toByteArray());
  }

  /**
   * @throws WeftException if an artifact is missing, changed, or not a state of this version
   */
  public GlobalState load(Digest manifest) {
    return load(manifest, new HashSet<>());
  }

  /**
   * Loads the state that a run goes on from: no other will be loaded any more.
   *
   * @throws WeftException as {@link #load}
   */
  public GlobalState goOnFrom(Digest manifest) {
    Set<Digest> needed = new HashSet<>();
    GlobalState state = load(manifest, needed);
    store.needOnly(needed);
    return state;
  }

  /**
   * @param read is added the digest of every artifact that the state consists of
   */
  private GlobalState load(Digest manifest, Set<Digest> read) {
    read.add(manifest);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(store.get(manifest)))) {
      String format = in.readUTF();
      if (!format.equals(FORMAT)) {
        throw new IOException(Text.format("format \"%s\" instead of \"%s\"", format, FORMAT));
      }
      int round = in.readInt();
      AdapterForm form = FormCodec.read(in);
      Map<Part, Origin> origins = readOrigins(in);
      Adapter adapter = new Adapter(form, target, TensorBlob.decode(next(in, read)));
      var serverState = TensorBlob.decode(next(in, read));
      List<SideDelta> log = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        log.add(SideDelta.of(log.size(), target, TensorBlob.decode(next(in, read))));
      }
      return new GlobalState(round, adapter, origins, log, serverState);
    } catch (IOException | IllegalArgumentException e) {
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format(
              "artifact %s is not a global state of this model and version: %s",
              manifest, e.getMessage()),
          e);
    }
  }

  private byte[] next(DataInputStream in, Set<Digest> read) throws IOException {
    Digest digest = new Digest(in.readUTF());
    read.add(digest);
    return store.get(digest);
  }

  private static void writeOrigins(DataOutputStream out, Map<Part, Origin> origins)
      throws IOException {
    out.writeInt(origins.size());
    for (Part part : EnumSet.copyOf(origins.keySet())) {
      out.writeUTF(part.name());
      origins.get(part).write(out);
    }
  }

  private static Map<Part, Origin> readOrigins(DataInputStream in) throws IOException {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    for (int left = in.readInt(); left > 0; left--) {
      origins.put(Part.valueOf(in.readUTF()), Origin.read(in));
    }
    return origins;
  }
}
