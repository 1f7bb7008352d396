package dev.weft.core.adapter;

import dev.weft.core.Text;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Everything a committed round leaves behind; the next round starts from it and nothing else.
 *
 * @param round rounds committed so far; 0 before the first
 * @param adapter the global adapter at full rank
 * @param origins how clients can have each part of it
 * @param sideDeltas the numbered log of additions to the base
 * @param serverState what a server optimizer remembers; empty for most methods; never sent
 */
public record GlobalState(
    int round,
    Adapter adapter,
    Map<Part, Origin> origins,
    List<SideDelta> sideDeltas,
    TensorMap serverState) {

  public GlobalState {
    if (round < 0) {
      throw new IllegalArgumentException("round: must not be negative, got " + round);
    }
    EnumMap<Part, Origin> ordered = new EnumMap<>(Part.class);
    ordered.putAll(origins);
    origins = Collections.unmodifiableMap(ordered);
    sideDeltas = List.copyOf(sideDeltas);
    for (int i = 0; i < sideDeltas.size(); i++) {
      if (sideDeltas.get(i).number() != i) {
        throw new IllegalArgumentException("sideDeltas: number " + i + " is missing from the log");
      }
    }
    if (!origins.keySet().equals(adapter.form().parts())) {
      throw new IllegalArgumentException(
          Text.format(
              "origins: needed for %s, given for %s", adapter.form().parts(), origins.keySet()));
    }
  }

  /** Before the first round. */
  public static GlobalState initial(Adapter adapter, Map<Part, Origin> origins) {
    return new GlobalState(0, adapter, origins, List.of(), TensorMap.empty());
  }

  /** This state with other values of one part, which clients must fetch. */
  public GlobalState with(TensorMap values, Part part) {
    Map<Part, Origin> changed = new EnumMap<>(origins);
    changed.put(part, new Origin.Fetched());
    return new GlobalState(round, adapter.with(values), changed, sideDeltas, serverState);
  }

  /** This state with one more entry at the end of its log. */
  public GlobalState withSideDelta(SideDelta delta) {
    List<SideDelta> log = new ArrayList<>(sideDeltas);
    log.add(delta);
    return new GlobalState(round, adapter, origins, log, serverState);
  }
}
