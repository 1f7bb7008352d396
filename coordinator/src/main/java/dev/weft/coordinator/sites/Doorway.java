package dev.weft.coordinator.sites;

import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.Correspondence;
import dev.weft.protocol.transport.FrameGuard;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.Federation;
import dev.weft.wire.FederationHandlerFactory;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.grpc.Trailers;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.TlsSessionInfo;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * The coordinator's one port. A site that shows a certificate of this federation is served under
 * the name that goes with it, whatever it says of itself; without one it can only enrol.
 */
public final class Doorway {

  /** Who may come in. */
  public interface Gatekeeper {

    /**
     * Whose certificate this is.
     *
     * @param certificate that the TLS handshake has verified
     * @throws WeftException if its owner is not admitted any more
     */
    Member member(X509Certificate certificate);

    /**
     * Admits whoever proves an invitation.
     *
     * @param request and answer in their canonical forms
     * @throws WeftException if the request proves none
     */
    byte[] enrol(byte[] request);

    /**
     * Gives a member its next certificate.
     *
     * @param member its name
     * @param request and answer in their canonical forms
     * @throws WeftException if the request is not this member's, or it is not admitted any more
     */
    byte[] renew(String member, byte[] request);
  }

  /**
   * A site of the federation.
   *
   * @param name under which people know it
   * @param letters begins the correspondence of a stream with it
   */
  public record Member(String name, Supplier<Correspondence> letters) {}

  private static final int STRANGERS_BYTES = 1 << 16;
  private static final Duration STRANGERS_TIME = Duration.ofSeconds(20);

  private final ActorSystem<?> system;
  private final Gatekeeper gatekeeper;
  private final ActorRef<Lobby.Message> lobby;
  private final Supplier<ArtifactDesk> desk;
  private final Executor disk;

  /**
   * @param desk of the run that is on
   * @param disk reads and writes files
   */
  public Doorway(
      ActorSystem<?> system,
      Gatekeeper gatekeeper,
      ActorRef<Lobby.Message> lobby,
      Supplier<ArtifactDesk> desk,
      Executor disk) {
    this.system = system;
    this.gatekeeper = gatekeeper;
    this.lobby = lobby;
    this.desk = desk;
    this.disk = disk;
  }

  /**
   * Opens the port.
   *
   * @param engine a fresh server side of a TLS connection
   */
  public CompletionStage<ServerBinding> open(InetSocketAddress at, Supplier<SSLEngine> engine) {
    return Http.get(system)
        .newServerAt(at.getHostString(), at.getPort())
        .enableHttps(ConnectionContext.httpsServer(engine::get))
        .bind(this::answer);
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) throws Exception {
    Optional<X509Certificate> certificate = certificate(request);
    return certificate.isEmpty()
        ? handled(request, new EnrolmentService(gatekeeper::enrol, disk), fromStranger())
        : handled(request, service(certificate.get()), Flow.fromGraph(new FrameGuard()));
  }

  private CompletionStage<HttpResponse> handled(
      HttpRequest request, Federation service, Graph<FlowShape<ByteString, ByteString>, ?> guard)
      throws Exception {
    return FederationHandlerFactory.create(service, actors -> this::trailers, system)
        .apply(request.transformEntityDataBytes(guard));
  }

  /** What a call that failed ends with; a line that broke is nobody's fault. */
  private Trailers trailers(Throwable thrown) {
    Throwable cause = WeftException.unwrapped(thrown);
    GrpcServiceException answer;
    if (cause instanceof GrpcServiceException said) {
      answer = said;
    } else if (cause instanceof WeftException problem) {
      answer = Refusals.of(problem);
    } else {
      system.log().info("a call of a site ended: {}", cause.toString());
      answer = Refusals.again("the call broke off");
    }
    return new Trailers(answer.status());
  }

  /** A stranger has one short thing to say, and soon. */
  private static Flow<ByteString, ByteString, NotUsed> fromStranger() {
    return Flow.of(ByteString.class)
        .completionTimeout(STRANGERS_TIME)
        .limitWeighted(STRANGERS_BYTES, bytes -> (long) bytes.size())
        .via(new FrameGuard(STRANGERS_BYTES));
  }

  private Federation service(X509Certificate certificate) {
    try {
      Member member = gatekeeper.member(certificate);
      return new SiteService(
          member.name(),
          request -> gatekeeper.renew(member.name(), request),
          system,
          lobby,
          member.letters(),
          desk,
          disk);
    } catch (WeftException e) {
      return new ClosedService(e);
    }
  }

  private static Optional<X509Certificate> certificate(HttpRequest request) {
    return request
        .getHeader(TlsSessionInfo.class)
        .map(TlsSessionInfo::getSession)
        .flatMap(
            session -> {
              try {
                return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
              } catch (SSLPeerUnverifiedException e) {
                return Optional.empty();
              }
            });
  }

  /** What a stranger hears. */
  static WeftException stranger() {
    return new WeftException(
        Problem.NOT_ADMITTED, "this needs a certificate of the federation; join it with weft join");
  }
}
