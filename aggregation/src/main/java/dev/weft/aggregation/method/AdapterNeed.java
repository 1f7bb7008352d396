package dev.weft.aggregation.method;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.Part;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** What a method asks of the adapter it is combined with, and which of its parts then train. */
public enum AdapterNeed {
  /** A mean of trained tensors can be taken of anything. */
  ANYTHING("any adapter") {
    @Override
    Optional<AdapterForm> trainable(AdapterForm form) {
      return Optional.of(form);
    }
  },
  /** The formula is one about products of two trained factors. */
  TWO_FACTORS("an adapter of two trained factors with nothing between or around them") {
    @Override
    Optional<AdapterForm> trainable(AdapterForm form) {
      boolean pair = form.product() && form.factors().equals(PAIR);
      return pair && form.trained().contains(Part.A) && form.trained().contains(Part.B)
          ? Optional.of(form)
          : Optional.empty();
    }
  },
  /** A stays as it starts. */
  UP_FACTOR("an adapter of two factors whose B is trained and decides the change linearly") {
    @Override
    Optional<AdapterForm> trainable(AdapterForm form) {
      return form.factors().equals(PAIR) && form.trained().contains(Part.B)
          ? Optional.of(form.training(Part.B)).filter(AdapterForm::affine)
          : Optional.empty();
    }
  },
  /** A and B stay as they start, and neither may be zero. */
  CORE_ALONE("an adapter of which only the core is trained") {
    @Override
    Optional<AdapterForm> trainable(AdapterForm form) {
      return form.product() && form.trained().equals(EnumSet.of(Part.CORE, Part.HEAD))
          ? Optional.of(form)
          : Optional.empty();
    }
  };

  private static final List<Part> PAIR = List.of(Part.B, Part.A);

  private final String phrase;

  AdapterNeed(String phrase) {
    this.phrase = phrase;
  }

  /** As sentences say it. */
  String phrase() {
    return phrase;
  }

  /** The form with the parts that the method trains; empty if the method cannot work with it. */
  abstract Optional<AdapterForm> trainable(AdapterForm form);
}
