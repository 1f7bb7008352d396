package dev.weft.client;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.metrics.AnswerCounts;
import java.util.List;

/** Counts how an adapter answers the client's own held-out examples. */
@FunctionalInterface
public interface Measurer {

  /** Computes on the calling thread; the same adapter gives the same counts. */
  AnswerCounts measure(Adapter adapter, List<SideDelta> sideDeltas);
}
