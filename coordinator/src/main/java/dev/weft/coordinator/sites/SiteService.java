package dev.weft.coordinator.sites;

import com.google.protobuf.UnsafeByteOperations;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.coordinator.store.Upload;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.Correspondence;
import dev.weft.protocol.codec.CoordinatorMessages;
import dev.weft.protocol.codec.SiteMessages;
import dev.weft.protocol.codec.WireNouns;
import dev.weft.protocol.transport.Chunks;
import dev.weft.protocol.transport.Outgoing;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.Chunk;
import dev.weft.wire.EnrolmentAnswer;
import dev.weft.wire.EnrolmentRequest;
import dev.weft.wire.Federation;
import dev.weft.wire.FetchRequest;
import dev.weft.wire.Letter;
import dev.weft.wire.RenewalAnswer;
import dev.weft.wire.RenewalRequest;
import dev.weft.wire.UploadPart;
import dev.weft.wire.UploadStanding;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSink;

/** What one site, whose certificate was checked, can ask of the coordinator. */
final class SiteService implements Federation {
  /** Messages that wait for a site that reads slowly. */
  private static final int WAITING = 256;

  private static final Duration OPENING = Duration.ofSeconds(10);

  private final String site;
  private final UnaryOperator<byte[]> renew;
  private final ActorSystem<?> system;
  private final ActorRef<Lobby.Message> lobby;
  private final Supplier<Correspondence> correspondence;
  private final Supplier<ArtifactDesk> desk;
  private final Executor disk;

  /**
   * @param site its name
   * @param renew gives it its next certificate
   * @param correspondence begins one for a stream of this site
   * @param desk of the run that is on
   * @param disk reads and writes files
   */
  SiteService(
      String site,
      UnaryOperator<byte[]> renew,
      ActorSystem<?> system,
      ActorRef<Lobby.Message> lobby,
      Supplier<Correspondence> correspondence,
      Supplier<ArtifactDesk> desk,
      Executor disk) {
    this.site = site;
    this.renew = renew;
    this.system = system;
    this.lobby = lobby;
    this.correspondence = correspondence;
    this.desk = desk;
    this.disk = disk;
  }

  @Override
  public CompletionStage<EnrolmentAnswer> enrol(EnrolmentRequest request) {
    throw Refusals.of(
        new WeftException(
            Problem.NOT_ADMITTED, "this site has a certificate already and need not enrol"));
  }

  @Override
  public CompletionStage<RenewalAnswer> renew(RenewalRequest request) {
    return onDisk(
        () ->
            RenewalAnswer.newBuilder()
                .setContent(
                    UnsafeByteOperations.unsafeWrap(
                        renew.apply(request.getContent().toByteArray())))
                .build());
  }

  @Override
  public Source<Letter, NotUsed> converse(Source<Letter, NotUsed> in) {
    Correspondence letters = correspondence.get();
    Outgoing<CoordinatorMessage> out = new Outgoing<>(WAITING, Materializer.matFromSystem(system));
    SiteSession.Line line =
        new SiteSession.Line() {
          @Override
          public boolean send(CoordinatorMessage message) {
            return out.offer(message);
          }

          @Override
          public void close() {
            out.complete();
          }

          @Override
          public void cut() {
            out.cut(Refusals.again("the coordinator has given this line up"));
          }
        };
    CompletionStage<ActorRef<SiteSession.Message>> opened =
        AskPattern.ask(
            lobby,
            (ActorRef<ActorRef<SiteSession.Message>> replyTo) ->
                new Lobby.Open(site, line, replyTo),
            OPENING,
            system.scheduler());
    return Source.completionStageSource(
            opened.thenApply(
                session -> {
                  in.map(letter -> letters.read(letter.getEnvelope().toByteArray()))
                      .map(payload -> SiteMessages.read(payload, site))
                      .runWith(sink(session), system);
                  return out.source();
                }))
        .map(
            message ->
                Letter.newBuilder()
                    .setEnvelope(
                        UnsafeByteOperations.unsafeWrap(
                            letters.write(CoordinatorMessages.write(message))))
                    .build())
        .mapMaterializedValue(materialized -> NotUsed.getInstance());
  }

  private static Sink<dev.weft.protocol.SiteMessage, NotUsed> sink(
      ActorRef<SiteSession.Message> session) {
    return ActorSink.actorRefWithBackpressure(
        session,
        SiteSession.Said::new,
        SiteSession.Opened::new,
        SiteSession.Ack.ACK,
        new SiteSession.Closed(),
        SiteSession.Broken::new);
  }

  @Override
  public Source<Chunk, NotUsed> fetch(FetchRequest request) {
    return refusing(
            Chunks.of(
                () ->
                    desk.get()
                        .handOut(
                            WireNouns.read(request.getId()),
                            WireNouns.read(request.getArtifact()),
                            request.getFrom())))
        .map(data -> Chunk.newBuilder().setData(data).build());
  }

  private static <T> Source<T, NotUsed> refusing(Source<T, NotUsed> source) {
    return source.mapError(
        new PFBuilder<Throwable, Throwable>()
            .match(WeftException.class, Refusals::of)
            .match(IllegalArgumentException.class, e -> Refusals.of(malformed(e)))
            .build());
  }

  @Override
  public CompletionStage<UploadStanding> standing(dev.weft.wire.Upload request) {
    return onDisk(
        () ->
            standing(
                desk.get()
                    .have(
                        WireNouns.read(request.getId()),
                        site,
                        WireNouns.read(request.getArtifact()))));
  }

  @Override
  public CompletionStage<UploadStanding> leave(Source<UploadPart, NotUsed> in) {
    Receiving receiving = new Receiving();
    return refusing(in.mapAsync(1, part -> onDisk(() -> receiving.take(part))))
        .runWith(Sink.<UploadStanding>lastOption(), system)
        .thenApply(last -> last.orElseThrow(() -> Refusals.of(unnamed())));
  }

  /** One upload's stream; its parts come one after the other. */
  private final class Receiving {
    private Optional<Upload> upload = Optional.empty();
    private long at;

    UploadStanding take(UploadPart part) {
      if (part.hasStart()) {
        dev.weft.wire.Upload named = part.getStart().getUpload();
        at = part.getStart().getFrom();
        upload =
            Optional.of(
                desk.get()
                    .take(
                        WireNouns.read(named.getId()), site, WireNouns.read(named.getArtifact())));
      }
      byte[] bytes = part.getData().toByteArray();
      long have = upload.orElseThrow(SiteService::unnamed).append(at, bytes);
      at += bytes.length;
      return SiteService.standing(have);
    }
  }

  private static WeftException unnamed() {
    return new WeftException(Problem.MESSAGE_REFUSED, "an upload did not say first which it is");
  }

  private static WeftException malformed(IllegalArgumentException e) {
    return new WeftException(Problem.MESSAGE_REFUSED, e.getMessage(), e);
  }

  private static UploadStanding standing(long have) {
    return UploadStanding.newBuilder().setHave(have).build();
  }

  private <T> CompletionStage<T> onDisk(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.get();
          } catch (WeftException e) {
            throw Refusals.of(e);
          } catch (IllegalArgumentException e) {
            throw Refusals.of(malformed(e));
          }
        },
        disk);
  }
}
