package dev.weft.aggregation.post;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.PostAggregate;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Shares a budget of entries among all layers: of a part's entries the largest in magnitude stay,
 * the others become exactly zero. A layer that needs more of them than another gets them. Among
 * equal entries the first in canonical order stay.
 *
 * @param part the part whose entries compete
 * @param share of them that stays, in (0, 1], rounded to whole entries
 */
public record LargestEntries(Part part, double share) implements PostAggregate {

  public LargestEntries {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share: must be in (0, 1], got " + share);
    }
  }

  @Override
  public Aggregate apply(Aggregate aggregate) {
    GlobalState next = aggregate.next();
    return aggregate.withNext(next.with(largest(next.adapter().part(part)), part));
  }

  private TensorMap largest(TensorMap all) {
    BitSet staying = staying(all);
    LinkedHashMap<String, Tensor> kept = new LinkedHashMap<>();
    int position = 0;
    for (Map.Entry<String, Tensor> entry : all.asMap().entrySet()) {
      float[] values = entry.getValue().toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] = staying.get(position++) ? values[i] : 0;
      }
      kept.put(entry.getKey(), Tensor.of(values, entry.getValue().shapeArray()));
    }
    return TensorMap.of(kept);
  }

  /** Positions among all entries in canonical order; sorting is stable. */
  private BitSet staying(TensorMap all) {
    float[] magnitudes = new float[Math.toIntExact(all.elements())];
    int position = 0;
    for (Tensor tensor : all.asMap().values()) {
      for (int i = 0; i < tensor.size(); i++) {
        magnitudes[position++] = Math.abs(tensor.at(i));
      }
    }
    BitSet staying = new BitSet();
    IntStream.range(0, magnitudes.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -magnitudes[i]))
        .limit(Math.round(share * magnitudes.length))
        .forEach(staying::set);
    return staying;
  }
}
