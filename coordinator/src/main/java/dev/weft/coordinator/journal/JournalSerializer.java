package dev.weft.coordinator.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.coordinator.RunJournal;
import dev.weft.core.Text;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Journal events as bytes: JSON under a manifest {@code KIND/VERSION}. A version that was ever
 * written is read for ever; another one is refused by its name.
 */
public final class JournalSerializer extends SerializerWithStringManifest {
  private static final int IDENTIFIER = 7_355_608;
  private static final String VERSION = "/1";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<Class<? extends RunJournal.Event>, String> KINDS =
      Map.of(
          RunJournal.RunStarted.class, "run-started",
          RunJournal.RoundStarted.class, "round-started",
          RunJournal.RoundFailed.class, "round-failed",
          RunJournal.RoundCommitted.class, "round-committed",
          RunJournal.Evaluated.class, "evaluated",
          RunJournal.EvaluationFailed.class, "evaluation-failed",
          RunJournal.EvaluatedAtSites.class, "evaluated-at-sites",
          RunJournal.RunFinished.class, "run-finished",
          RunJournal.RunFailed.class, "run-failed");

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object event) {
    String kind = KINDS.get(event.getClass());
    if (kind == null) {
      throw new IllegalArgumentException("no event of a journal: " + event.getClass());
    }
    return kind + VERSION;
  }

  @Override
  public byte[] toBinary(Object event) {
    try {
      return JSON.writeValueAsBytes(EventJson.write((RunJournal.Event) event));
    } catch (IOException e) {
      throw new IllegalStateException("a tree of numbers and text is always JSON", e);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!manifest.endsWith(VERSION)) {
      throw new NotSerializableException(
          Text.format("an event %s, which this version of Weft does not know", manifest));
    }
    String kind = manifest.substring(0, manifest.length() - VERSION.length());
    try {
      return EventJson.read(kind, JSON.readTree(bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new NotSerializableException(
          Text.format("an event %s that is damaged: %s", manifest, e.getMessage()));
    }
  }
}
