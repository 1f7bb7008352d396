package dev.weft.cli;

import dev.weft.client.site.SiteEvent;
import dev.weft.client.site.SiteHome;
import dev.weft.client.site.SiteProcess;
import dev.weft.core.Text;
import dev.weft.core.config.Durations;
import dev.weft.federation.Versions;
import dev.weft.finetune.party.DataReport;
import dev.weft.protocol.ClientReply;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a site. */
@Command(
    name = "client",
    description = {
      "Runs this site: dials the coordinator, says what it takes part in, and trains on its own",
      "data when a run asks for it, until it is ended."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ClientCommand implements Callable<Integer> {
  /** The coordinator does not want this site. */
  private static final int REFUSED = 1;

  @Mixin private HomeOption home;

  @Option(names = "--once", description = "End with the first run that is over.")
  private boolean once;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      description = "End after this time, such as 4h; a batch scheduler's next job goes on.")
  private Duration most;

  @Mixin private LogOption log;

  @Mixin private SettingsOption settings;

  private final Console console;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private volatile boolean reached;

  ClientCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    log.begin();
    SiteHome own = new SiteHome(home.path());
    own.requireJoined();
    LiveLine live = LiveLine.beating(console);
    StopOnInterrupt interrupt = StopOnInterrupt.of(() -> end.complete(0), console);
    if (most != null) {
      end.completeOnTimeout(0, most.toMillis(), TimeUnit.MILLISECONDS);
    }
    try {
      int status = serve(own, live);
      if (!reached && status == 0) {
        live.print("ends without having reached the coordinator");
      }
      return status;
    } finally {
      live.close();
      interrupt.release();
    }
  }

  private int serve(SiteHome own, LiveLine live) {
    SiteLog events = new SiteLog(own.keys().credentials().enrolment().name().text());
    SiteProcess site =
        new SiteProcess(
            own,
            settings.list(),
            "weft " + Versions.weft(),
            System.getenv(),
            event -> {
              events.accept(event);
              show(live, event);
            });
    try {
      return end.join();
    } finally {
      site.close();
    }
  }

  private void show(LiveLine live, SiteEvent event) {
    if (event instanceof SiteEvent.Connected connected) {
      reached = true;
      live.print(Text.format("connected to %s (%s)", connected.address(), connected.software()));
    } else if (event instanceof SiteEvent.Lost lost) {
      live.print(
          Text.format(
              "no line to %s: %s; next try in %s",
              lost.address(), lost.reason(), Durations.format(lost.next())));
    } else if (event instanceof SiteEvent.Refused refused) {
      live.print(Text.format("refused: %s (%s)", refused.sentence(), refused.code()));
      end.complete(REFUSED);
    } else if (event instanceof SiteEvent.Preparing preparing) {
      live.print(
          Text.format(
              "run %s asks for this site: %d rounds of %s, base model %s",
              preparing.terms().run(),
              preparing.terms().rounds(),
              preparing.terms().setting("method.name"),
              preparing.terms().base().brief()));
      live.show("making model and data ready …");
    } else if (event instanceof SiteEvent.DataRead read) {
      live.print("data: " + line(read.report()));
      read.heldOut().ifPresent(report -> live.print("held out: " + line(report)));
    } else if (event instanceof SiteEvent.MemoryDivided divided) {
      live.print("memory: " + divided.memory().describe());
    } else if (event instanceof SiteEvent.Prepared prepared) {
      live.print(Text.format("ready for %s with %d examples", prepared.run(), prepared.examples()));
    } else if (event instanceof SiteEvent.NotPrepared not) {
      live.print(
          Text.format("takes no part in %s: %s (%s)", not.run(), not.sentence(), not.code()));
    } else if (event instanceof SiteEvent.Replied replied) {
      show(live, replied.reply());
    } else if (event instanceof SiteEvent.TrainingGoesOn on) {
      live.print(
          Text.format(
              "round %d  goes on after %s", on.id().round(), Figures.counted(on.steps(), "step")));
    } else if (event instanceof SiteEvent.TrainingNotKept not) {
      live.print("checkpoint: " + not.sentence());
    } else if (event instanceof SiteEvent.RunEnded ended) {
      live.print(Text.format("run %s is over: %s", ended.run(), ended.outcome()));
      if (!ended.withResults()) {
        endIfOnce();
      }
    } else if (event instanceof SiteEvent.Kept kept) {
      live.print(Text.format("the adapter of %s is in %s", kept.run(), kept.folder()));
      endIfOnce();
    } else if (event instanceof SiteEvent.NotKept not) {
      live.print(Text.format("the adapter of %s is not here: %s", not.run(), not.sentence()));
      endIfOnce();
    }
  }

  private void endIfOnce() {
    if (once) {
      end.complete(0);
    }
  }

  private static String line(DataReport data) {
    return Text.format(
        "%d records, %d used (%d malformed, %d of other classes, %d not chosen, %d with"
            + " nothing to learn)%s",
        data.records(),
        data.used(),
        data.malformed(),
        data.foreign(),
        data.notChosen(),
        data.nothingToLearn(),
        data.classes().isEmpty() ? "" : "; classes " + data.classes());
  }

  private static void show(LiveLine live, ClientReply reply) {
    if (reply instanceof ClientReply.Progress progress) {
      live.show(
          Text.format(
              "round %d  %d of %d examples  loss %s",
              progress.id().round(),
              progress.examplesDone(),
              progress.examplesTotal(),
              Figures.score(progress.meanLoss().orElseThrow())));
    } else if (reply instanceof ClientReply.Uploaded uploaded) {
      live.print(
          Text.format(
              "round %d  trained on %d examples, loss %s, sent %d bytes",
              uploaded.id().round(),
              uploaded.training().examplesProcessed(),
              Figures.score(uploaded.training().meanLoss().orElseThrow()),
              uploaded.update().bytes()));
    } else if (reply instanceof ClientReply.Measured measured) {
      live.print(
          Text.format(
              "%s  loss %s, accuracy %s on %d held-out examples",
              measured.id().round() == 0 ? "start" : "round " + measured.id().round(),
              Figures.score(measured.counts().meanLoss()),
              Figures.score(measured.counts().accuracy()),
              measured.counts().examples()));
    } else if (reply instanceof ClientReply.NotMeasured not
        && not.reason() == ClientReply.Reason.FAILED) {
      live.print(Text.format("round %d  not measured: %s", not.id().round(), not.sentence()));
    } else if (reply instanceof ClientReply.Failed failed) {
      live.print(
          Text.format(
              "round %d  failed: %s (%s)", failed.id().round(), failed.sentence(), failed.code()));
    } else if (reply instanceof ClientReply.Declined declined) {
      live.print(Text.format("round %d  declined: %s", declined.id().round(), declined.reason()));
    }
  }
}
