package dev.weft.checkpoint.quantization;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.registry.Origins;
import dev.weft.core.registry.Outside;
import dev.weft.core.registry.Registry;
import java.util.List;

/**
 * The registry of formats that linear layers are put into: a new one is a file of its own and a
 * line here, or comes from a user's jar ({@link QuantProvider}).
 */
public final class QuantSchemes {
  private static final Registry<QuantScheme> REGISTRY =
      new Registry<>(
          List.of(
              new AsIs(),
              new Float32(),
              BlockCodebook.nf4(false),
              BlockCodebook.nf4(true),
              BlockCodebook.fp4(false),
              BlockCodebook.fp4(true),
              new RowInt8(),
              GgmlQuantizer.q4(),
              GgmlQuantizer.q8(),
              new AffineGroups(4, 64),
              new AffineGroups(4, 128)),
          () -> Outside.of(QuantProvider.class, QuantProvider::schemes));

  private QuantSchemes() {}

  public static List<String> names() {
    return REGISTRY.names();
  }

  /**
   * @throws WeftException if there is no such format
   */
  public static QuantScheme named(String name) {
    return REGISTRY.named(
        name,
        known ->
            new WeftException(
                Problem.BAD_VALUE,
                Text.format(
                    "model.quantization: %s is not a format; choose one of auto, %s",
                    name, known)));
  }

  /** Where a format comes from, unless it is Weft's own. */
  public static Origins origins(QuantScheme scheme) {
    return REGISTRY.origins(scheme);
  }
}
