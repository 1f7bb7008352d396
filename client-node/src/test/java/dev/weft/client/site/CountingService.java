package dev.weft.client.site;

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
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/** What Pekko gRPC does with an upload of which nothing is kept but its length. */
final class CountingService implements Federation {
  private final ActorSystem<?> system;

  CountingService(ActorSystem<?> system) {
    this.system = system;
  }

  @Override
  public CompletionStage<UploadStanding> leave(Source<UploadPart, NotUsed> in) {
    return in.runFold(0L, (have, part) -> have + part.getData().size(), system)
        .thenApply(have -> UploadStanding.newBuilder().setHave(have).build());
  }

  @Override
  public CompletionStage<UploadStanding> standing(Upload request) {
    throw unused();
  }

  @Override
  public CompletionStage<EnrolmentAnswer> enrol(EnrolmentRequest request) {
    throw unused();
  }

  @Override
  public CompletionStage<RenewalAnswer> renew(RenewalRequest request) {
    throw unused();
  }

  @Override
  public Source<Letter, NotUsed> converse(Source<Letter, NotUsed> in) {
    throw unused();
  }

  @Override
  public Source<Chunk, NotUsed> fetch(FetchRequest request) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("it counts uploads and does nothing else");
  }
}
