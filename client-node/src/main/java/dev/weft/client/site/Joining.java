package dev.weft.client.site;

import com.google.protobuf.ByteString;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.EnrolmentAnswer;
import dev.weft.privacy.keys.JoiningTls;
import dev.weft.privacy.keys.KeyFolder;
import dev.weft.privacy.keys.PendingEnrolment;
import dev.weft.privacy.keys.Token;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.FederationClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A site joins: it makes its own keys, which never leave it, and gets its certificate. The
 * coordinator may not be up yet, so that every address is tried again for a while.
 */
public final class Joining {
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final Optional<HttpProxy> proxy;
  private final InstantSource time;
  private final Duration patience;
  private final Consumer<String> news;

  /**
   * @param patience how long a coordinator that does not answer is tried again
   * @param news one line about each try that failed
   */
  public Joining(
      ActorSystem<?> system,
      Optional<HttpProxy> proxy,
      InstantSource time,
      Duration patience,
      Consumer<String> news) {
    this.system = system;
    this.proxy = proxy;
    this.time = time;
    this.patience = patience;
    this.news = news;
  }

  /**
   * Joins with a token, and leaves keys and configuration in the home. A second try with the same
   * token asks for the same keys, so that an answer that was lost does no harm.
   *
   * @throws WeftException if the home has joined already, or the coordinator refuses or cannot be
   *     reached
   */
  public Credentials join(SiteHome home, String pasted) {
    PendingEnrolment pending = begin(home, pasted, time.instant());
    byte[] answer = ask(pending.token(), pending.request().encode());
    return finish(home, EnrolmentAnswer.decode(answer), time.instant());
  }

  /**
   * What a site asks for with a token: new keys, which stay in the home.
   *
   * @throws WeftException if the home has joined already, or has asked with another token
   */
  public static PendingEnrolment begin(SiteHome home, String pasted, Instant now) {
    KeyFolder keys = home.keys();
    if (keys.hasCredentials()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "--home: %s has joined a federation already; choose another folder", home.folder()));
    }
    Token token = Token.parse(pasted, now);
    if (keys.hasPendingEnrolment()) {
      PendingEnrolment before = keys.pendingEnrolment();
      if (before.token().equals(token)) {
        return before;
      }
    }
    PendingEnrolment pending = PendingEnrolment.of(token, new SecureRandom());
    keys.save(pending);
    return pending;
  }

  /**
   * Takes the answer to {@link #begin}, whoever brought it.
   *
   * @throws WeftException if the home has not asked, or the answer is another's
   */
  public static Credentials finish(SiteHome home, EnrolmentAnswer answer, Instant now) {
    if (!home.keys().hasPendingEnrolment()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "--home: %s has not asked to join; begin with weft join --home %s --request FILE"
                  + " TOKEN",
              home.folder(), home.folder()));
    }
    PendingEnrolment pending = home.keys().pendingEnrolment();
    Credentials credentials = pending.accept(answer, now);
    home.keys().save(credentials);
    home.writeConfiguration(pending.token().addresses());
    return credentials;
  }

  private byte[] ask(Token token, byte[] request) {
    long deadline = System.nanoTime() + patience.toNanos();
    List<String> reasons = new ArrayList<>();
    do {
      reasons.clear();
      for (Address address : token.addresses()) {
        try {
          return ask(token, address, request);
        } catch (ExecutionException | TimeoutException e) {
          Optional<WeftException> refusal = Refusals.in(new CompletionException(e.getCause()));
          if (refusal.isPresent()) {
            throw refusal.get();
          }
          String reason = GrpcLines.explained(e.getCause() == null ? e : e.getCause());
          reasons.add(Text.format("%s: %s", address, reason));
          news.accept(reasons.get(reasons.size() - 1));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new WeftException(Problem.INTERRUPTED, "joining was stopped", e);
        }
      }
      pause();
    } while (System.nanoTime() - deadline < 0);
    throw new WeftException(
        Problem.UNREACHABLE,
        Text.format(
            "the coordinator cannot be reached: %s; run weft doctor with this token to see which"
                + " step fails",
            String.join("; ", reasons)));
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] ask(Token token, Address address, byte[] request)
      throws ExecutionException, TimeoutException, InterruptedException {
    FederationClient client =
        GrpcLines.open(system, address, JoiningTls.context(token, time), proxy);
    try {
      return client
          .enrol(
              dev.weft.wire.EnrolmentRequest.newBuilder()
                  .setContent(ByteString.copyFrom(request))
                  .build())
          .toCompletableFuture()
          .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
          .getContent()
          .toByteArray();
    } finally {
      client.close();
    }
  }
}
