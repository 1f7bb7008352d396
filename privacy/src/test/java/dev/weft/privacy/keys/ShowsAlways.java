package dev.weft.privacy.keys;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Shows its one certificate to everyone, as the program of an attacker would. */
final class ShowsAlways extends X509ExtendedKeyManager {
  private final X509ExtendedKeyManager keys;
  private final String alias;

  ShowsAlways(X509ExtendedKeyManager keys) {
    this.keys = keys;
    this.alias = keys.getClientAliases("EC", null)[0];
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return alias;
  }

  @Override
  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return alias;
  }

  @Override
  public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
    return alias;
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    return alias;
  }

  @Override
  public String[] getClientAliases(String type, Principal[] issuers) {
    return new String[] {alias};
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    return new String[] {alias};
  }

  @Override
  public X509Certificate[] getCertificateChain(String name) {
    return keys.getCertificateChain(name);
  }

  @Override
  public PrivateKey getPrivateKey(String name) {
    return keys.getPrivateKey(name);
  }
}
