package dev.weft.aggregation.method;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Method;
import java.util.List;

/**
 * Scalars that one client sends and fetches in a steady round: not the first, in which fixed
 * factors travel once, and without rounds it missed (methods.md, "Wire").
 *
 * @param up trained factors and head at the client's rank
 * @param down changed parts at the client's rank, the round's side delta, the head
 */
public record WireSize(long up, long down) {

  /**
   * @param method the resolved method
   * @param target the adapted layers and head
   * @param ranks ranks of the cohort, this client's among them
   * @param rank this client's rank
   */
  public static WireSize of(Method method, AdapterTarget target, List<Integer> ranks, int rank) {
    Downlink downlink = Methods.card(method.name()).downlink();
    ChainAdapter form = method.adapter();
    long up = head(target);
    long down = head(target);
    for (AdapterTarget.Layer layer : target.layers()) {
      long trained = trained(form, layer, rank);
      long perRank = (long) layer.out() + layer.in();
      up += trained;
      down +=
          (downlink.trainedParts() ? trained : 0)
              + downlink.sideRank().applyAsLong(ranks) * perRank;
    }
    return new WireSize(up, down);
  }

  private static long head(AdapterTarget target) {
    return (long) target.head().classes() * (target.head().features() + 1);
  }

  private static long trained(ChainAdapter form, AdapterTarget.Layer layer, int rank) {
    long scalars = 0;
    for (Part part : form.trained()) {
      scalars +=
          switch (part) {
            case A -> (long) rank * layer.in();
            case B -> (long) layer.out() * rank;
            case CORE -> (long) rank * rank;
            case HEAD -> 0;
          };
    }
    return scalars;
  }

  /** {@code up} of one layer as documentation writes it. */
  static String upFormula(ChainAdapter form) {
    boolean a = form.trained().contains(Part.A);
    boolean b = form.trained().contains(Part.B);
    String factors = a && b ? "r(out+in)" : a ? "r·in" : b ? "r·out" : "";
    String core = form.trained().contains(Part.CORE) ? "r²" : "";
    return factors + (factors.isEmpty() || core.isEmpty() ? "" : " + ") + core;
  }

  /** {@code down} of one layer as documentation writes it. */
  static String downFormula(ChainAdapter form, Downlink downlink) {
    String parts = downlink.trainedParts() ? upFormula(form) : "";
    String side =
        downlink.sideRankFormula().isEmpty() ? "" : downlink.sideRankFormula() + "(out+in)";
    return parts + (parts.isEmpty() || side.isEmpty() ? "" : " + ") + side;
  }
}
