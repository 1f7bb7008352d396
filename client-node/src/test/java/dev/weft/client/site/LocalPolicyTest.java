package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.config.ClientConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.RunTerms;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPolicyTest {
  private static final Digest BASE = Digest.of(new byte[] {1});
  private static final String OTHER = Digest.of(new byte[] {2}).hex();

  /** Empty where a site has no rule; several of one kind are separated by a space. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # methods       | models   | rounds | method          | of the run | sentence
          flora           |          |        | "fedit"         | 3          | the run's method is fedit, and this site takes part in flora alone (client.policy.methods)
          flora lora-fair |          |        | "fedit"         | 3          | the run's method is fedit, and this site takes part in flora, lora-fair alone (client.policy.methods)
          fedit           |          |        | "fed"           | 3          | the run's method is fed, and this site takes part in fedit alone (client.policy.methods)
          fedit           |          |        | "Fedit"         | 3          | the run's method is Fedit, and this site takes part in fedit alone (client.policy.methods)
          fedit           |          |        | fedit2          | 3          | the run's method is fedit2, and this site takes part in fedit alone (client.policy.methods)
          fedit           |          |        |                 | 3          | the run's method is , and this site takes part in fedit alone (client.policy.methods)
                          | OTHER    |        | "fedit"         | 3          | the run's base model has digest BASE, and this site trains OTHER alone (client.policy.models)
          fedit           | OTHER8   | 5      | "fedit"         | 3          | the run's base model has digest BASE, and this site trains OTHER8 alone (client.policy.models)
                          |          | 2      | "fedit"         | 3          | the run has 3 rounds, and this site takes part in 2 at most (client.policy.most-rounds)
                          | HERE8    | 1      | "fedit"         | 2147483647 | the run has 2147483647 rounds, and this site takes part in 1 at most (client.policy.most-rounds)
          """)
  void tenRunsThatAPolicyForbids(
      String methods, String models, String most, String method, int rounds, String sentence) {
    assertThatThrownBy(() -> policy(methods, models, most).require(terms(method, rounds)))
        .hasMessage(named(sentence))
        .isInstanceOfSatisfying(
            WeftException.class,
            thrown -> assertThat(thrown.problem()).isEqualTo(Problem.POLICY_REFUSED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # methods     | models       | rounds | method    | of the run
                        |              |        | "fedit"   | 2147483647
          fedit         |              |        | "fedit"   | 3
          flora fedit   |              |        | fedit     | 3
                        | HERE8        |        | "fedit"   | 3
                        | OTHER HERE   |        | "fedit"   | 3
                        |              | 3      | "fedit"   | 3
          fedit         | HERE8        | 4      | "fedit"   | 3
          """)
  void runsThatAPolicyAllows(
      String methods, String models, String most, String method, int rounds) {
    assertThatCode(() -> policy(methods, models, most).require(terms(method, rounds)))
        .doesNotThrowAnyException();
  }

  @Test
  void aNameInHalfOfItsQuotesIsAnotherName() {
    for (String written : List.of("\"", "\"fedit", "fedit\"")) {
      assertThatThrownBy(() -> policy("fedit", null, null).require(terms(written, 1)))
          .hasMessageContaining("the run's method is " + written + ",");
    }
  }

  private static LocalPolicy policy(String methods, String models, String most) {
    return new LocalPolicy(
        new ClientConfig.Policy(
            words(methods),
            words(models).stream().map(LocalPolicyTest::named).toList(),
            Optional.ofNullable(most).map(Integer::valueOf),
            Optional.empty(),
            ClientConfig.Policy.Losses.SHARE,
            0));
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : List.of(text.split(" "));
  }

  private static String named(String text) {
    return text.replace("OTHER8", OTHER.substring(0, 8))
        .replace("OTHER", OTHER)
        .replace("HERE8", BASE.hex().substring(0, 8))
        .replace("HERE", BASE.hex())
        .replace("BASE", BASE.brief());
  }

  private static RunTerms terms(String method, int rounds) {
    return new RunTerms(
        "run",
        BASE,
        List.of(),
        method == null ? Map.of() : Map.of("method.name", method),
        rounds,
        1000);
  }
}
