package dev.weft.client.site;

import dev.weft.core.Text;
import dev.weft.core.config.ClientConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A proxy that opens tunnels by HTTP CONNECT. It resolves the coordinator's name itself, so that a
 * site needs no name server that knows the outside world.
 *
 * @param address of the proxy
 * @param login empty where it asks for none
 */
public record HttpProxy(Address address, Optional<Login> login) {

  /** User and password; the password prints as nothing. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user;
    }
  }

  /** The proxy on the way to a coordinator of which nothing is known yet. */
  public static Optional<HttpProxy> of(ClientConfig config, Map<String, String> environment) {
    return of(config, Optional.empty(), environment);
  }

  /**
   * The proxy on the way to a coordinator: that of the configuration, else that of {@code
   * HTTPS_PROXY}, unless {@code NO_PROXY} names the coordinator's host.
   *
   * @throws WeftException if it is no host and port, or the file with its login cannot be read
   */
  public static Optional<HttpProxy> of(
      ClientConfig config, Optional<Address> coordinator, Map<String, String> environment) {
    Optional<Login> login = config.proxyLogin().map(file -> login(Path.of(file)));
    if (config.proxy().isPresent()) {
      return config.proxy().map(text -> new HttpProxy(Address.parse(text), login));
    }
    String direct = environment.getOrDefault("NO_PROXY", environment.getOrDefault("no_proxy", ""));
    boolean passedBy =
        Arrays.stream(direct.split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .anyMatch(
                name -> coordinator.filter(at -> covers(name, at.host().toString())).isPresent());
    return Optional.ofNullable(
            environment.getOrDefault("HTTPS_PROXY", environment.get("https_proxy")))
        .filter(text -> !text.isBlank() && !passedBy)
        .map(text -> ofUrl(text, login));
  }

  /** A host, a domain with all below it, or everything. */
  private static boolean covers(String name, String host) {
    String domain = name.startsWith(".") ? name : "." + name;
    return name.equals("*") || host.equals(name) || host.endsWith(domain);
  }

  private static HttpProxy ofUrl(String text, Optional<Login> login) {
    String rest = text.replaceFirst("^[a-z]+://", "").replaceFirst("/.*$", "");
    int at = rest.lastIndexOf('@');
    Optional<Login> own = at < 0 ? login : Optional.of(login(rest.substring(0, at), "HTTPS_PROXY"));
    return new HttpProxy(Address.parse(rest.substring(at + 1)), own);
  }

  private static Login login(Path file) {
    try {
      return login(Files.readString(file).strip(), file.toString());
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("client.proxy-login: %s cannot be read; check its path", file),
          e);
    }
  }

  private static Login login(String text, String where) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new WeftException(
          Problem.BAD_VALUE, where + ": user:password is needed for the proxy, on one line");
    }
    return new Login(text.substring(0, colon), text.substring(colon + 1));
  }

  /** Makes a channel dial the target through this proxy. */
  @SuppressWarnings("deprecation") // the only way past the resolver of Pekko gRPC
  void applyTo(ManagedChannelBuilder<?> channel, Address target) {
    channel.nameResolverFactory(new Detour(target));
  }

  private final class Detour extends NameResolver.Factory {
    private final Address target;

    Detour(Address target) {
      this.target = target;
    }

    @Override
    public NameResolver newNameResolver(URI uri, NameResolver.Args args) {
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return target.toString();
        }

        @Override
        public void start(Listener2 listener) {
          InetSocketAddress proxy =
              new InetSocketAddress(address.host().toString(), address.port());
          if (proxy.isUnresolved()) {
            listener.onError(
                Status.UNAVAILABLE.withDescription(
                    Text.format("the HTTP proxy %s cannot be found by its name", address.host())));
            return;
          }
          listener.onResult(
              ResolutionResult.newBuilder()
                  .setAddresses(List.of(new EquivalentAddressGroup(tunnel(proxy, target))))
                  .setAttributes(Attributes.EMPTY)
                  .build());
        }

        @Override
        public void refresh() {}

        @Override
        public void shutdown() {}
      };
    }

    @Override
    public String getDefaultScheme() {
      return "weft-proxy";
    }
  }

  private HttpConnectProxiedSocketAddress tunnel(InetSocketAddress proxy, Address target) {
    HttpConnectProxiedSocketAddress.Builder tunnel =
        HttpConnectProxiedSocketAddress.newBuilder()
            .setProxyAddress(proxy)
            .setTargetAddress(
                InetSocketAddress.createUnresolved(target.host().toString(), target.port()));
    login.ifPresent(own -> tunnel.setUsername(own.user()).setPassword(own.password()));
    return tunnel.build();
  }
}
