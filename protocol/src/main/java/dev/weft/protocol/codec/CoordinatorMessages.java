package dev.weft.protocol.codec;

import dev.weft.core.adapter.Part;
import dev.weft.core.artifact.Artifact;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.RunResults;
import dev.weft.protocol.RunTerms;
import dev.weft.protocol.Terms;
import dev.weft.wire.Cancel;
import dev.weft.wire.Offer;
import dev.weft.wire.Prepare;
import dev.weft.wire.Received;
import dev.weft.wire.Refused;
import dev.weft.wire.ResultFile;
import dev.weft.wire.RunEnded;
import dev.weft.wire.TooLate;
import dev.weft.wire.Welcome;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;

/** {@link CoordinatorMessage} on the wire. */
public final class CoordinatorMessages {
  private static final String WHO = "the coordinator";

  private CoordinatorMessages() {}

  public static byte[] write(CoordinatorMessage message) {
    dev.weft.wire.CoordinatorMessage.Builder wire = dev.weft.wire.CoordinatorMessage.newBuilder();
    if (message instanceof CoordinatorMessage.Welcome welcome) {
      wire.setWelcome(
          Welcome.newBuilder().setVersion(welcome.version()).setSoftware(welcome.software()));
    } else if (message instanceof CoordinatorMessage.Refused refused) {
      wire.setRefused(Refused.newBuilder().setCode(refused.code()).setSentence(refused.sentence()));
    } else if (message instanceof CoordinatorMessage.Prepare prepare) {
      wire.setPrepare(write(prepare.terms()));
    } else if (message instanceof CoordinatorMessage.RunEnded ended) {
      wire.setRunEnded(write(ended));
    } else if (message instanceof CoordinatorMessage.Command command) {
      write(command.command(), wire);
    }
    return wire.build().toByteArray();
  }

  private static void write(
      ClientSession.Command command, dev.weft.wire.CoordinatorMessage.Builder wire) {
    dev.weft.wire.RoundId id = WireNouns.write(command.id());
    if (command instanceof ClientSession.Offer offer) {
      wire.setOffer(write(id, offer.terms()));
    } else if (command instanceof ClientSession.Train train) {
      wire.setTrain(Plans.write(train));
    } else if (command instanceof ClientSession.Measure measure) {
      wire.setMeasure(Plans.write(measure));
    } else if (command instanceof ClientSession.Received) {
      wire.setReceived(Received.newBuilder().setId(id));
    } else if (command instanceof ClientSession.TooLate) {
      wire.setTooLate(TooLate.newBuilder().setId(id));
    } else if (command instanceof ClientSession.Cancel cancel) {
      wire.setCancel(Cancel.newBuilder().setId(id).setReason(cancel.reason()));
    }
  }

  private static RunEnded write(CoordinatorMessage.RunEnded ended) {
    RunEnded.Builder wire = RunEnded.newBuilder().setRun(ended.run()).setOutcome(ended.outcome());
    ended
        .results()
        .ifPresent(
            results -> {
              wire.setId(WireNouns.write(results.id()));
              results
                  .files()
                  .forEach(
                      (name, artifact) ->
                          wire.addFiles(
                              ResultFile.newBuilder()
                                  .setName(name)
                                  .setArtifact(WireNouns.write(artifact))));
            });
    return wire.build();
  }

  private static Prepare write(RunTerms terms) {
    return Prepare.newBuilder()
        .setRun(terms.run())
        .setBase(WireNouns.write(terms.base()))
        .addAllClasses(terms.classes())
        .putAllSettings(terms.settings())
        .setRounds(terms.rounds())
        .setAdapterValues(terms.adapterValues())
        .build();
  }

  private static Offer write(dev.weft.wire.RoundId id, Terms terms) {
    return Offer.newBuilder()
        .setId(id)
        .setMethod(terms.method())
        .setRank(terms.rank())
        .setMostExamples(terms.mostExamples())
        .addAllShared(terms.shared().stream().map(Part::name).toList())
        .setTarget(WireNouns.write(terms.target()))
        .setBase(WireNouns.write(terms.base()))
        .setReference(WireNouns.write(terms.reference()))
        .build();
  }

  /**
   * @param replyTo where the answers to a round's command go
   * @throws dev.weft.core.error.WeftException if the bytes are no such message
   */
  public static CoordinatorMessage read(byte[] bytes, ActorRef<FromClient> replyTo) {
    return Decoding.read(
        bytes, dev.weft.wire.CoordinatorMessage.parser(), WHO, wire -> read(wire, replyTo));
  }

  private static CoordinatorMessage read(
      dev.weft.wire.CoordinatorMessage wire, ActorRef<FromClient> replyTo) throws IOException {
    return switch (wire.getMessageCase()) {
      case WELCOME ->
          new CoordinatorMessage.Welcome(
              wire.getWelcome().getVersion(), Decoding.line(wire.getWelcome().getSoftware()));
      case REFUSED ->
          new CoordinatorMessage.Refused(
              Decoding.line(wire.getRefused().getCode()),
              Decoding.line(wire.getRefused().getSentence()));
      case PREPARE -> new CoordinatorMessage.Prepare(read(wire.getPrepare()));
      case RUN_ENDED -> read(wire.getRunEnded());
      case MESSAGE_NOT_SET -> throw new IllegalArgumentException("it is of an unknown kind");
      default -> new CoordinatorMessage.Command(command(wire, replyTo));
    };
  }

  private static ClientSession.Command command(
      dev.weft.wire.CoordinatorMessage wire, ActorRef<FromClient> replyTo) throws IOException {
    return switch (wire.getMessageCase()) {
      case OFFER ->
          new ClientSession.Offer(
              WireNouns.read(wire.getOffer().getId()), read(wire.getOffer()), replyTo);
      case TRAIN -> Plans.read(wire.getTrain(), replyTo);
      case MEASURE -> Plans.read(wire.getMeasure(), replyTo);
      case RECEIVED -> new ClientSession.Received(WireNouns.read(wire.getReceived().getId()));
      case TOO_LATE -> new ClientSession.TooLate(WireNouns.read(wire.getTooLate().getId()));
      case CANCEL ->
          new ClientSession.Cancel(
              WireNouns.read(wire.getCancel().getId()),
              Decoding.line(wire.getCancel().getReason()));
      default -> throw new IllegalArgumentException("it is no command of a round");
    };
  }

  private static CoordinatorMessage.RunEnded read(RunEnded wire) {
    return new CoordinatorMessage.RunEnded(
        wire.getRun(),
        Decoding.line(wire.getOutcome()),
        wire.hasId() ? Optional.of(results(wire)) : Optional.empty());
  }

  private static RunResults results(RunEnded wire) {
    SortedMap<String, Artifact> files = new TreeMap<>();
    wire.getFilesList()
        .forEach(file -> files.put(file.getName(), WireNouns.read(file.getArtifact())));
    return new RunResults(WireNouns.read(wire.getId()), files);
  }

  private static RunTerms read(Prepare wire) {
    return new RunTerms(
        wire.getRun(),
        WireNouns.read(wire.getBase()),
        wire.getClassesList(),
        wire.getSettingsMap(),
        wire.getRounds(),
        Decoding.count("adapter_values", wire.getAdapterValues()));
  }

  private static Terms read(Offer wire) {
    return new Terms(
        wire.getMethod(),
        wire.getRank(),
        wire.getMostExamples(),
        wire.getSharedList().stream().map(Part::valueOf).collect(Collectors.toSet()),
        WireNouns.read(wire.getTarget()),
        WireNouns.read(wire.getBase()),
        WireNouns.read(wire.getReference()));
  }
}
