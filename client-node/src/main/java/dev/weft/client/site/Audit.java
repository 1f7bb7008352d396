package dev.weft.client.site;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.client.audit.AuditFile;
import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.RunTerms;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What a site records of itself: what it was offered, what it trained, what it let go. */
final class Audit {
  private final AuditFile file;

  Audit(AuditFile file) {
    this.file = file;
  }

  /** Records what matters of what happens; the site hears of it before it acts on it. */
  void hear(SiteEvent event) {
    if (event instanceof SiteEvent.Renewed renewed) {
      file.append("renewed", entry -> entry.put("until", renewed.until().toString()));
    } else if (event instanceof SiteEvent.Preparing preparing) {
      RunTerms terms = preparing.terms();
      file.append(
          "offered",
          entry ->
              entry
                  .put("run", terms.run())
                  .put("terms", digest(terms).hex())
                  .put("method", terms.setting("method.name"))
                  .put("base", terms.base().hex())
                  .put("rounds", terms.rounds()));
    } else if (event instanceof SiteEvent.Prepared prepared) {
      file.append(
          "accepted",
          entry -> entry.put("run", prepared.run()).put("examples", prepared.examples()));
    } else if (event instanceof SiteEvent.NotPrepared not) {
      file.append(
          "refused",
          entry ->
              entry.put("run", not.run()).put("code", not.code()).put("sentence", not.sentence()));
    } else if (event instanceof SiteEvent.Replied replied) {
      hear(replied.reply());
    } else if (event instanceof SiteEvent.RunEnded ended) {
      file.append("ended", entry -> entry.put("run", ended.run()).put("outcome", ended.outcome()));
    } else if (event instanceof SiteEvent.Kept kept) {
      file.append(
          "received",
          entry -> entry.put("run", kept.run()).put("folder", kept.folder().toString()));
    }
  }

  private void hear(ClientReply reply) {
    if (reply instanceof ClientReply.Uploaded uploaded) {
      append(
          "trained",
          uploaded.id(),
          entry ->
              entry
                  .put("examples", uploaded.training().examplesProcessed())
                  .put("steps", uploaded.training().steps())
                  .put("artifact", uploaded.update().digest().hex()));
    } else if (reply instanceof ClientReply.Measured measured) {
      append(
          "measured",
          measured.id(),
          entry ->
              entry
                  .put("state", measured.state().hex())
                  .put("examples", measured.counts().examples()));
    } else if (reply instanceof ClientReply.NotMeasured not
        && not.reason() != ClientReply.Reason.NO_EXAMPLES) {
      append(
          "not measured",
          not.id(),
          entry ->
              entry
                  .put("state", not.state().hex())
                  .put("reason", not.reason().name().toLowerCase(Locale.ROOT))
                  .put("sentence", not.sentence()));
    } else if (reply instanceof ClientReply.Declined declined) {
      append("declined", declined.id(), entry -> entry.put("sentence", declined.reason()));
    } else if (reply instanceof ClientReply.Failed failed) {
      append(
          "failed",
          failed.id(),
          entry -> entry.put("code", failed.code()).put("sentence", failed.sentence()));
    }
  }

  private void append(String what, RoundId id, Consumer<ObjectNode> more) {
    file.append(
        what,
        entry -> {
          entry.put("run", id.run()).put("round", id.round()).put("attempt", id.attempt());
          more.accept(entry);
        });
  }

  /** The same transfer, with a record of what goes before it goes, and of what came. */
  ArtifactTransfer recording(ArtifactTransfer transfer) {
    return new ArtifactTransfer() {
      @Override
      public CompletionStage<ArtifactStore> fetch(RoundId id, Artifact artifact, Runnable alive) {
        return transfer
            .fetch(id, artifact, alive)
            .thenApply(
                store -> {
                  moved("received", id, artifact);
                  return store;
                });
      }

      @Override
      public CompletionStage<Void> leave(
          RoundId id, Artifact artifact, ArtifactStore from, Runnable alive) {
        moved("sent", id, artifact);
        return transfer.leave(id, artifact, from, alive);
      }
    };
  }

  private void moved(String what, RoundId id, Artifact artifact) {
    append(
        what,
        id,
        entry -> entry.put("artifact", artifact.digest().hex()).put("bytes", artifact.bytes()));
  }

  /** Of all that a site is told of a run, in one order. */
  static Digest digest(RunTerms terms) {
    List<String> lines = new ArrayList<>();
    lines.add("weft/v1/terms");
    lines.add(terms.run());
    lines.add(terms.base().hex());
    lines.add(terms.rounds() + " " + terms.adapterValues());
    terms.classes().forEach(name -> lines.add("class " + name));
    terms.settings().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(setting -> lines.add(setting.getKey() + " = " + setting.getValue()));
    return Digest.of(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }
}
