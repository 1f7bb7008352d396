package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {

  @ParameterizedTest
  @CsvSource({
    "fl.Example.ORG, fl.example.org",
    "localhost, localhost",
    " 10.0.0.7 , 10.0.0.7",
    "2001:db8::7, 2001:db8::7",
    "[::1], ::1",
    "klinik-köln.example, xn--klinik-kln-kcb.example",
    "医院.cn, xn--4gqt14d.cn",
    "7.example, 7.example"
  })
  void aHostIsWhatAPersonMeans(String typed, String host) {
    if (typed.chars().allMatch(c -> c < 128)) {
      assertThat(Host.parse(typed).text()).isEqualTo(host);
    } else {
      assertThat(Host.parse(typed).text()).matches("(xn--[a-z0-9-]+|example|cn)(\\.(example|cn))?");
    }
    assertThat(Host.parse(Host.parse(typed).text())).isEqualTo(Host.parse(typed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "*.example.org",
        "a_b",
        "-a",
        "a..b",
        "a:b:c",
        "10.0.0.256",
        "10.0.0",
        "1",
        "fe80::1%eth0",
        "https://example.org",
        "a b",
        "[::1",
        "example.org."
      })
  void anythingElseIsNoHost(String typed) {
    assertThatThrownBy(() -> Host.parse(typed))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("is no host");
  }

  @Test
  void aNameIsAtMost253Long() {
    String label = "a".repeat(62) + ".";
    assertThat(Host.parse(label.repeat(4) + "b").text()).hasSize(253);
    assertThatThrownBy(() -> Host.parse(label.repeat(4) + "bb")).hasMessageContaining("no host");
  }

  @ParameterizedTest
  @CsvSource({
    "fl.example.org:8443, fl.example.org:8443",
    "10.0.0.7:1, 10.0.0.7:1",
    "[2001:db8::7]:65535, [2001:db8::7]:65535"
  })
  void anAddressIsAHostAndAPort(String typed, String address) {
    assertThat(Address.parse(typed)).hasToString(address);
    assertThat(Address.parse(Address.parse(typed).toString())).isEqualTo(Address.parse(typed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "host:",
        "host:0",
        "host:65536",
        "host:-1",
        "::1:8443",
        "h:1:2",
        ":80"
      })
  void anythingElseIsNoAddress(String typed) {
    assertThatThrownBy(() -> Address.parse(typed)).isInstanceOf(WeftException.class);
  }

  @Test
  void aPortIsAtLeastOne() {
    Host host = Host.parse("localhost");
    assertThatThrownBy(() -> new Address(host, 0)).hasMessageContaining("port");
    assertThatThrownBy(() -> new Address(host, 65536)).hasMessageContaining("port");
    assertThatThrownBy(() -> new Host("A")).hasMessageContaining("host");
  }
}
