package dev.weft.client.site;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.party.DataReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a site read of its own data, one file for each run; they stay where they are. */
record DataReports(Path folder) {

  /**
   * @param heldOut what it read to measure on, if anything
   * @throws WeftException if it cannot be written
   */
  void keep(String run, DataReport report, Optional<DataReport> heldOut) {
    Path file = folder.resolve(RunFileName.of(run) + ".json");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run", run);
    write(json, report);
    heldOut.ifPresent(own -> write(json.putObject("heldOut"), own));
    try {
      Files.createDirectories(folder);
      Files.writeString(file, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT, Text.format("%s: cannot be written; free the disk", file), e);
    }
  }

  private static void write(ObjectNode json, DataReport report) {
    json.put("source", report.source());
    json.put("records", report.records());
    json.put("used", report.used());
    json.putObject("leftOut")
        .put("malformed", report.malformed())
        .put("otherClass", report.foreign())
        .put("notChosen", report.notChosen())
        .put("nothingToLearn", report.nothingToLearn());
    ObjectNode classes = json.putObject("classes");
    report.classes().forEach(classes::put);
  }
}
