package dev.weft.client.site;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Address;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
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
