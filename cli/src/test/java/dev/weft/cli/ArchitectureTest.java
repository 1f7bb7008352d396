package dev.weft.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/** Holds the modules and layers of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.weft", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String PLATFORM = "java..";
  private static final String CORE = "dev.weft.core..";
  private static final String PRIVACY = "dev.weft.privacy..";
  private static final String AGGREGATION = "dev.weft.aggregation..";
  private static final String TEXT = "dev.weft.text..";
  private static final String CHECKPOINT = "dev.weft.checkpoint..";
  private static final String FINETUNE = "dev.weft.finetune..";
  private static final String WIRE = "dev.weft.wire..";
  private static final String PROTOCOL = "dev.weft.protocol..";
  private static final String COORDINATOR = "dev.weft.coordinator..";
  private static final String CLIENT = "dev.weft.client..";
  private static final String FEDERATION = "dev.weft.federation..";
  private static final String SIMULATION = "dev.weft.simulation..";
  private static final String BENCHMARKS = "dev.weft.benchmarks..";
  private static final String COMMAND_LINE = "dev.weft.cli..";
  private static final String PEKKO = "org.apache.pekko..";
  private static final String SCALA = "scala..";
  private static final String CONFIG = "com.typesafe.config..";

  /** gRPC and protobuf, which only who stands at an end of the line sees. */
  private static final String GRPC = "io.grpc..";

  private static final String PROTOBUF = "com.google.protobuf..";
  private static final String LOGGING = "org.slf4j..";

  /** What the compiler is to check; nothing of it runs. */
  private static final String ANNOTATIONS = "com.google.errorprone.annotations..";

  @ArchTest static final ArchRule coreUsesOnlyThePlatformAndTypesafeConfig = only(CORE, CONFIG);

  @ArchTest
  static final ArchRule privacyKnowsOnlyCoreAndBouncyCastle =
      only(
          PRIVACY, CORE, "org.bouncycastle..", "javax.crypto..", "javax.net..", "javax.security..");

  @ArchTest
  static final ArchRule onlyPrivacyKnowsBouncyCastle =
      noClasses()
          .that()
          .resideOutsideOfPackage(PRIVACY)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule aggregationIsPureMathematics = only(AGGREGATION, CORE, "org.ejml..");

  @ArchTest
  static final ArchRule textKnowsOnlyCoreAndTheLibraryOfTokenizers =
      only(TEXT, CORE, "ai.djl.huggingface..", "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule checkpointIsBytesAndFloats =
      only(CHECKPOINT, CORE, "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule protocolKnowsOnlyCorePrivacyAndActors =
      only(PROTOCOL, CORE, PRIVACY, WIRE, GRPC, PROTOBUF, PEKKO, SCALA, LOGGING);

  @ArchTest
  static final ArchRule coordinatorNeverMeetsTheEngine =
      only(
          COORDINATOR,
          CORE,
          PRIVACY,
          "javax.net..",
          WIRE,
          PROTOBUF,
          AGGREGATION,
          PROTOCOL,
          PEKKO,
          SCALA,
          CONFIG,
          LOGGING,
          "com.fasterxml.jackson..",
          "org.pcollections..");

  @ArchTest
  static final ArchRule clientNodeNeverMeetsAggregation =
      only(
          CLIENT,
          CORE,
          PRIVACY,
          WIRE,
          GRPC,
          PROTOBUF,
          PROTOCOL,
          TEXT,
          FINETUNE,
          PEKKO,
          SCALA,
          CONFIG,
          LOGGING,
          "com.fasterxml.jackson..",
          "javax.net..",
          "javax.security..");

  @ArchTest
  static final ArchRule benchmarksNeverMeetTheSimulation =
      only(
          BENCHMARKS,
          CORE,
          PRIVACY,
          TEXT,
          CHECKPOINT,
          FINETUNE,
          AGGREGATION,
          COORDINATOR,
          CLIENT,
          CONFIG,
          "javax.net..",
          PEKKO,
          CONFIG,
          "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule finetuneNeverMeetsActors =
      noClasses()
          .that()
          .resideInAPackage(FINETUNE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              PEKKO, PRIVACY, AGGREGATION, PROTOCOL, COORDINATOR, CLIENT, SIMULATION, COMMAND_LINE);

  @ArchTest
  static final ArchRule engineTypesStayInsideTheEngine =
      noClasses()
          .that(not(resideInAPackage("dev.weft.finetune.torch..")))
          .should()
          .dependOnClassesThat(
              resideInAPackage("ai.djl..").and(not(resideInAPackage("ai.djl.huggingface.."))));

  /** Everyone else calls a typed kernel; measurements have programs of their own. */
  @ArchTest
  static final ArchRule onlyTypedKernelsKnowKernelsByName =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.weft.finetune.torch..", "dev.weft.finetune.kernels..", BENCHMARKS)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.weft.finetune.torch.Program");

  /** Everything else computes where the processor that was chosen does. */
  @ArchTest
  static final ArchRule onlyTheChoiceOfAProcessorNamesADevice =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.weft.finetune.torch.Processor")
          .should()
          .callMethodWhere(
              target(owner(name("ai.djl.Device")))
                  .and(target(name("cpu").or(name("gpu")).or(name("of")))));

  @ArchTest
  static final ArchRule tokensAreMadeInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.weft.text..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.huggingface..");

  @ArchTest
  static final ArchRule nothingKnowsTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage(COMMAND_LINE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(COMMAND_LINE);

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsTheSimulation =
      noClasses()
          .that()
          .resideOutsideOfPackages(SIMULATION, COMMAND_LINE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SIMULATION);

  @ArchTest
  static final ArchRule aRunDoesNotKnowWhereItsSitesAre =
      noClasses()
          .that()
          .resideInAPackage(FEDERATION)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SIMULATION);

  @ArchTest
  static final ArchRule modulesAreFreeOfCycles =
      slices().matching("dev.weft.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common)")
          .orShould()
          .resideInAnyPackage(
              "..util..",
              "..utils..",
              "..common..",
              "..helper..",
              "..helpers..",
              "..manager..",
              "..impl..");

  private static ArchRule only(String module, String... allowed) {
    String[] packages = Arrays.copyOf(allowed, allowed.length + 3);
    packages[allowed.length] = module;
    packages[allowed.length + 1] = PLATFORM;
    packages[allowed.length + 2] = ANNOTATIONS;
    return classes()
        .that()
        .resideInAPackage(module)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(packages));
  }
}
