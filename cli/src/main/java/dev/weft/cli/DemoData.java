package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.random.Seed;
import dev.weft.finetune.data.HeldOut;
import dev.weft.finetune.data.TextExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** Files for a demo: the embedded glosses, dealt to sites and to the coordinator. */
final class DemoData {
  private static final int SITE = 400;
  private static final int TEST = 300;
  private static final int PUBLIC = 600;

  private DemoData() {}

  /** Writes a file for each site, the coordinator's two, and the run's configuration. */
  static void write(Path folder, List<String> sites) throws IOException {
    int all = sites.size() * SITE + TEST + PUBLIC;
    WeftConfig config =
        ConfigLoader.load(Optional.empty(), Map.of("data.test-examples", Integer.toString(all)));
    List<TextExample> glosses =
        new ArrayList<>(HeldOut.labelled(config.data(), new Seed(config.run().seed())));
    Collections.shuffle(glosses, new Random(config.run().seed()));
    List<TextExample> heldOut = glosses.subList(0, TEST + PUBLIC);
    writeRows(folder.resolve("test.csv"), heldOut.subList(0, TEST));
    writeRows(folder.resolve("public.csv"), heldOut.subList(TEST, TEST + PUBLIC));
    Set<String> agreed = heldOut.stream().map(TextExample::label).collect(Collectors.toSet());
    for (int i = 0; i < sites.size(); i++) {
      int from = TEST + PUBLIC + i * SITE;
      writeRows(
          folder.resolve(sites.get(i) + ".csv"),
          glosses.subList(from, from + SITE).stream()
              .filter(example -> agreed.contains(example.label()))
              .toList());
    }
    Files.writeString(
        folder.resolve("run.conf"),
        Text.format(
            """
            run { name = demo, rounds = 3, sites = [%s] }
            training.local-steps = 40
            data { test-source = test.csv, public-source = public.csv }
            """,
            String.join(", ", sites)));
  }

  private static void writeRows(Path file, List<TextExample> examples) throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    examples.forEach(example -> lines.add(quoted(example.text()) + "," + quoted(example.label())));
    Files.write(file, lines);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
