package dev.weft.checkpoint.quantization;

import java.util.List;

/**
 * Formats of a user's own jar: {@code
 * META-INF/services/dev.weft.checkpoint.quantization.QuantProvider} names the implementation, which
 * has a constructor without parameters.
 */
@FunctionalInterface
public interface QuantProvider {
  List<QuantScheme> schemes();
}
