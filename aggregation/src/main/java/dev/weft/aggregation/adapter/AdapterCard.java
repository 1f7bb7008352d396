package dev.weft.aggregation.adapter;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.PostAggregate;
import dev.weft.core.registry.Named;
import java.util.List;
import java.util.function.IntFunction;

/**
 * An adapter as it is registered: what one should know before choosing it, its form and its start.
 * Which methods it goes with, what it costs and whether its mean is exact follow from these.
 *
 * @param name the name users type
 * @param summary one line, without a full stop
 * @param paper where it comes from
 * @param rank the adapter's own rank
 * @param learningRate AdamW's, that trains it stably at its own rank and scale; methods.md says how
 *     it was found
 * @param form its form at a rank, with its own scale
 * @param init how the first global adapter comes about
 * @param post what the coordinator does to every mean of it
 */
public record AdapterCard(
    String name,
    String summary,
    String paper,
    int rank,
    double learningRate,
    IntFunction<AdapterForm> form,
    AdapterInit init,
    List<PostAggregate> post)
    implements Named {

  public AdapterCard {
    post = List.copyOf(post);
  }

  /** An adapter that needs nothing of the coordinator after the mean. */
  public static AdapterCard of(
      String name,
      String summary,
      String paper,
      int rank,
      double learningRate,
      IntFunction<AdapterForm> form,
      AdapterInit init) {
    return new AdapterCard(name, summary, paper, rank, learningRate, form, init, List.of());
  }

  /** Its form at its own rank. */
  public AdapterForm ownForm() {
    return form.apply(rank);
  }
}
