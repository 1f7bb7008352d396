package dev.weft.aggregation.method;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Method;
import java.util.ArrayList;
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
    AdapterForm form = method.adapter();
    long up = head(target);
    long down = head(target);
    for (AdapterTarget.Layer layer : target.layers()) {
      long trained = form.withRank(rank).trainedElements(layer);
      long perRank = (long) layer.out() + layer.in();
      up += trained;
      down +=
          (downlink.trainedParts() ? trained : 0)
              + downlink.sideRank().applyAsLong(ranks) * perRank;
    }
    return new WireSize(up, down);
  }

  private static long head(AdapterTarget target) {
    return target.head().map(AdapterTarget.Head::scalars).orElse(0L);
  }

  /** {@code up} of one layer as documentation writes it. */
  static String upFormula(AdapterForm form) {
    boolean a = form.trained().contains(Part.A);
    boolean b = form.trained().contains(Part.B);
    List<String> terms = new ArrayList<>();
    if (a || b) {
      terms.add(a && b ? "r(out+in)" : a ? "r·in" : "r·out");
    }
    if (form.trained().contains(Part.CORE)) {
      terms.add(form.chain().core() == ChainAdapter.Core.FULL ? "r²" : "r");
    }
    if (form.trained().contains(Part.MAGNITUDE)) {
      terms.add("out");
    }
    return String.join(" + ", terms);
  }

  /** {@code down} of one layer as documentation writes it. */
  static String downFormula(AdapterForm form, Downlink downlink) {
    String parts = downlink.trainedParts() ? upFormula(form) : "";
    String side =
        downlink.sideRankFormula().isEmpty() ? "" : downlink.sideRankFormula() + "(out+in)";
    return parts + (parts.isEmpty() || side.isEmpty() ? "" : " + ") + side;
  }
}
