package dev.weft.coordinator.sites;

import dev.weft.core.error.WeftException;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.Chunk;
import dev.weft.wire.EnrolmentAnswer;
import dev.weft.wire.EnrolmentRequest;
import dev.weft.wire.Federation;
import dev.weft.wire.FetchRequest;
import dev.weft.wire.Letter;
import dev.weft.wire.RenewalAnswer;
import dev.weft.wire.RenewalRequest;
import dev.weft.wire.Upload;
import dev.weft.wire.UploadPart;
import dev.weft.wire.UploadStanding;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** Answers every call with the same refusal. */
class ClosedService implements Federation {
  private final WeftException reason;

  ClosedService(WeftException reason) {
    this.reason = reason;
  }

  @Override
  public CompletionStage<EnrolmentAnswer> enrol(EnrolmentRequest request) {
    return CompletableFuture.failedFuture(Refusals.of(reason));
  }

  @Override
  public CompletionStage<RenewalAnswer> renew(RenewalRequest request) {
    return CompletableFuture.failedFuture(Refusals.of(reason));
  }

  @Override
  public Source<Letter, NotUsed> converse(Source<Letter, NotUsed> in) {
    return Source.failed(Refusals.of(reason));
  }

  @Override
  public Source<Chunk, NotUsed> fetch(FetchRequest request) {
    return Source.failed(Refusals.of(reason));
  }

  @Override
  public CompletionStage<UploadStanding> standing(Upload request) {
    return CompletableFuture.failedFuture(Refusals.of(reason));
  }

  @Override
  public CompletionStage<UploadStanding> leave(Source<UploadPart, NotUsed> in) {
    return CompletableFuture.failedFuture(Refusals.of(reason));
  }
}
