package dev.weft.finetune;

import dev.weft.core.Text;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import java.util.ArrayList;
import java.util.List;

/** Finds the linear layers that a configuration wants adapted. */
final class Sites {
  private Sites() {}

  /**
   * The linear layers that targets and layers of a resolved configuration name, in model order.
   *
   * @throws WeftException if there is no such layer
   */
  static List<LinearSite> of(ModelConfig config, Family family) {
    List<Integer> layers = config.layers().orElseThrow();
    for (int number : layers) {
      if (number >= family.layers()) {
        throw new WeftException(
            Problem.BAD_VALUE,
            Text.format(
                "model.layers: there is no layer %d; the model has 0 to %d",
                number, family.layers() - 1));
      }
    }
    List<LinearSite> all = new ArrayList<>();
    for (int layer = 0; layer < family.layers(); layer++) {
      if (layers.isEmpty() || layers.contains(layer)) {
        all.addAll(family.linears(layer));
      }
    }
    List<String> targets = config.targets().orElseThrow();
    for (String target : targets) {
      if (all.stream().noneMatch(site -> matches(site, target))) {
        throw new WeftException(
            Problem.BAD_VALUE,
            Text.format(
                "model.targets: no layer is called %s; there are %s",
                target, family.linears(0).stream().map(Sites::path).toList()));
      }
    }
    return all.stream()
        .filter(site -> targets.stream().anyMatch(target -> matches(site, target)))
        .toList();
  }

  private static boolean matches(LinearSite site, String target) {
    return ("." + site.name()).endsWith("." + target);
  }

  /** A name without the number of the layer and what stands before it. */
  private static String path(LinearSite site) {
    String number = "." + site.layer() + ".";
    return site.name().substring(site.name().indexOf(number) + number.length());
  }
}
