package dev.weft.client.site;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Address;
import dev.weft.protocol.Correspondence;
import dev.weft.wire.FederationClient;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.grpc.GrpcChannel;
import org.apache.pekko.grpc.GrpcClientSettings;

/**
 * Ways to the coordinator over gRPC and TLS, directly or through an HTTP proxy. Idle tunnels are
 * cut, so that a ping goes over the line well within a minute.
 */
public final class GrpcLines implements Lines {

  /**
   * How the line is asked whether it is there.
   *
   * @param every so long without a word; gRPC takes no less than ten seconds
   * @param answer for which it waits
   */
  record Pings(Duration every, Duration answer) {
    static final Pings USUAL = new Pings(Duration.ofSeconds(30), Duration.ofSeconds(20));
  }

  private final ActorSystem<?> system;
  private final List<Address> addresses;
  private final Identity identity;
  private final Optional<HttpProxy> proxy;
  private final Pings pings;
  private final CurrentChannel channel = new CurrentChannel();
  private final FederationClient client;
  private int used = -1;
  private volatile Optional<Line> current = Optional.empty();

  private record GrpcLine(String address, FederationClient client, Identity identity)
      implements Line {
    @Override
    public Correspondence correspondence() {
      return identity.letters();
    }
  }

  /**
   * @param addresses of the coordinator, tried in turn
   * @param identity asked at every connection, so that a renewed certificate is used
   */
  public GrpcLines(
      ActorSystem<?> system,
      List<Address> addresses,
      Identity identity,
      Optional<HttpProxy> proxy) {
    this(system, addresses, identity, proxy, Pings.USUAL);
  }

  GrpcLines(
      ActorSystem<?> system,
      List<Address> addresses,
      Identity identity,
      Optional<HttpProxy> proxy,
      Pings pings) {
    this.pings = pings;
    this.system = system;
    this.addresses = List.copyOf(addresses);
    this.identity = identity;
    this.proxy = proxy;
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("addresses: at least one needed");
    }
    client =
        FederationClient.create(
            new GrpcChannel(to(system, addresses.get(0)), channel, system), system);
  }

  @Override
  public Line next() {
    close();
    used = (used + 1) % addresses.size();
    Address address = addresses.get(used);
    channel.open(
        GrpcChannel.apply(settings(system, address, identity.tls(), proxy, pings), system));
    Line line = new GrpcLine(address.toString(), client, identity);
    current = Optional.of(line);
    return line;
  }

  /** A client of one address; whoever has it closes it. */
  static FederationClient open(
      ActorSystem<?> system, Address address, SSLContext tls, Optional<HttpProxy> proxy) {
    return FederationClient.create(settings(system, address, tls, proxy, Pings.USUAL), system);
  }

  private static GrpcClientSettings to(ActorSystem<?> system, Address address) {
    return GrpcClientSettings.connectToServiceAt(address.host().toString(), address.port(), system);
  }

  private static GrpcClientSettings settings(
      ActorSystem<?> system,
      Address address,
      SSLContext tls,
      Optional<HttpProxy> proxy,
      Pings pings) {
    return to(system, address)
        .withSslContext(tls)
        .withChannelBuilderOverrides(
            builder -> {
              ManagedChannelBuilder<?> alive =
                  builder
                      .keepAliveTime(pings.every().toMillis(), TimeUnit.MILLISECONDS)
                      .keepAliveTimeout(pings.answer().toMillis(), TimeUnit.MILLISECONDS)
                      .keepAliveWithoutCalls(true);
              proxy.ifPresent(way -> way.applyTo(alive, address));
              return builder;
            });
  }

  @Override
  public Line current() {
    return current.orElseThrow(() -> new IllegalStateException("there is no line now"));
  }

  /** For calls beside the control stream. */
  public FederationClient client() {
    return current().client();
  }

  @Override
  public CompletionStage<Optional<Instant>> renew() {
    return identity.renew(client());
  }

  @Override
  public void close() {
    channel.close();
    current = Optional.empty();
  }

  @Override
  public String explain(Throwable reason) {
    return explained(reason);
  }

  static String explained(Throwable reason) {
    return Explanation.of(reason);
  }

  /** The innermost words on why a call failed. */
  private static final class Explanation {
    /** How the transport says that a proxy refuses to open a tunnel without a good login. */
    private static final String PROXY_LOGIN = "status: 407";

    private Explanation() {}

    static String of(Throwable reason) {
      Throwable cause = reason;
      Optional<SSLException> tls = Optional.empty();
      while (cause.getCause() != null && cause.getCause() != cause) {
        if (cause instanceof SSLException found) {
          tls = Optional.of(found);
        }
        cause = cause.getCause();
      }
      if (cause.getMessage() != null && cause.getMessage().contains(PROXY_LOGIN)) {
        return "the HTTP proxy asks for a user and password, or refuses those it was given (407);"
            + " name a file with user:password in client.proxy-login";
      }
      if (tls.isPresent()) {
        return Text.format("TLS: %s", cause.getMessage());
      }
      if (cause instanceof ConnectException && cause.getMessage().contains("refused")) {
        return "connection refused: nothing listens there; is the coordinator up, and is this its"
            + " port?";
      }
      if (cause instanceof StatusRuntimeException || cause instanceof StatusException) {
        return cause.getMessage();
      }
      return cause instanceof CompletionException || cause.getMessage() == null
          ? cause.toString()
          : cause.getMessage();
    }
  }
}
