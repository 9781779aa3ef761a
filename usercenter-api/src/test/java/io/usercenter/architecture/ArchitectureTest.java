package io.usercenter.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.planted.PlantedViolations;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.AdminMapper;
import io.usercenter.platform.ShardMapper;
import io.usercenter.testkit.architecture.Ambient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpEntity;
import org.springframework.web.bind.annotation.RestController;

/**
 * Rules that hold for all code of the service and of the libraries it is made of. For each rule
 * there is a class in {@code io.planted} that breaks it; a rule that does not see it proves
 * nothing.
 */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/testkit"))
          .importPackages("io.usercenter");

  private static final JavaClasses PLANTED =
      new ClassFileImporter().importPackagesOf(PlantedViolations.class);

  @Test
  void theLibrariesAreLookedAtToo() {
    assertThat(OURS.stream().map(c -> c.getPackageName()).distinct())
        .contains(
            "io.usercenter.id",
            "io.usercenter.shard",
            "io.usercenter.token",
            "io.usercenter.role",
            "io.usercenter.platform")
        .doesNotContain("io.usercenter.testkit", "io.usercenter.architecture");
  }

  @Test
  void packagesHaveNoCycles() {
    verify(
        SlicesRuleDefinition.slices().assignedFrom(new PackageSlices()).should().beFreeOfCycles(),
        "Cycle detected: Slice io.planted.cycle.back");
  }

  @Test
  void timeIsHandedIn() {
    verify(
        Ambient.TIME.onlyIn(
            "io.usercenter.platform.PlatformConfiguration",
            "io.usercenter.id.Surroundings",
            // Game servers embed it and have no container that hands anything in.
            "io.usercenter.token.TokenVerifier",
            "io.usercenter.roleevent.RolePublisher"),
        "java.time.Instant.now()",
        "java.lang.System.currentTimeMillis()",
        "java.lang.System.nanoTime()",
        "java.time.Clock.systemUTC()",
        "java.time.InstantSource.system()",
        "java.time.LocalDateTime.now(");
  }

  @Test
  void randomnessIsHandedIn() {
    verify(
        Ambient.RANDOMNESS.onlyIn(
            "io.usercenter.platform.PlatformConfiguration",
            "io.usercenter.id.Surroundings",
            "io.usercenter.token.TokenVerifier",
            "io.usercenter.roleevent.RolePublisher"),
        "java.lang.Math.random()",
        "java.util.Random.<init>()",
        "java.util.concurrent.ThreadLocalRandom.current()",
        "java.util.UUID.randomUUID()");
  }

  @Test
  void nobodySleeps() {
    verify(
        Ambient.SLEEP.onlyIn(
            // Handed in as a way to wait for the next millisecond.
            "io.usercenter.id.Surroundings",
            // Before anything stops, for as long as the setting says.
            "io.usercenter.platform.Drain",
            // Outside of all that could hand it in: between two looks at the process.
            "io.usercenter.process.Carriers"),
        "java.lang.Thread.sleep(long)",
        "java.util.concurrent.TimeUnit.sleep(long)",
        "java.util.concurrent.locks.LockSupport.parkNanos(long)");
  }

  @Test
  void threadsAreMadeWhereWeKnowOfThem() {
    verify(
        Ambient.THREADS.onlyIn(
            // One thread that renews the lease of a machine number.
            "io.usercenter.id.Surroundings",
            // One daemon that watches the virtual threads of the process, from outside of them.
            "io.usercenter.process.Carriers",
            // One for each job that is scheduled.
            "io.usercenter.platform.PlatformConfiguration",
            // As many as processors, with a bounded wait.
            "io.usercenter.platform.HashPool",
            // One virtual thread that follows the stream of revocations.
            "io.usercenter.session.RevocationFeed",
            // One virtual thread that announces them.
            "io.usercenter.session.RevocationOutbox",
            // One virtual thread for each shard with refreshes to write, a second's worth.
            "io.usercenter.session.RotationNotes",
            // At start only; as many as instances.
            "io.usercenter.shard.ShardMigrations",
            // One virtual thread per shard, for operators and verifiers.
            "io.usercenter.shard.ShardScatter",
            // One thread per MySQL instance that watches it.
            "io.usercenter.shard.WatchedInstance",
            // One virtual thread that works on uploaded imports, one that keeps its lease.
            "io.usercenter.admin.ImportRunner",
            // Two virtual threads that read ahead while the audit is verified.
            "io.usercenter.audit.AuditChain",
            // One virtual thread per shard, while an import runs.
            "io.usercenter.transfer.Importer",
            // Two daemons inside a game server.
            "io.usercenter.token.Follower",
            // One daemon inside a game server.
            "io.usercenter.roleevent.RolePublisher"),
        "java.lang.Thread.<init>(java.lang.Runnable)",
        "java.lang.Thread.ofVirtual()",
        "java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()",
        "java.util.concurrent.CompletableFuture.runAsync(java.lang.Runnable)",
        "java.util.List.parallelStream()");
  }

  @Test
  void aStatementOnAShardNamesTheShardFirst() {
    verify(
        methods()
            .that()
            .areDeclaredInClassesThat(MapperConditions.haveStatementsOnShards())
            .should(MapperConditions.routeByTheFirstParameter()),
        "LostMapper.registeredSince",
        "LostMapper.ban",
        "LostMapper.count",
        "LostMapper.byDisplayName");
  }

  @Test
  void mappersStayInTheirPackage() {
    verify(
        classes()
            .that()
            .areAnnotatedWith(ShardMapper.class)
            .or()
            .areAnnotatedWith(AdminMapper.class)
            .should()
            .bePackagePrivate(),
        "io.planted.LostMapper");
  }

  @Test
  void controllersStayInTheirPackage() {
    verify(
        classes().that().areAnnotatedWith(RestController.class).should().bePackagePrivate(),
        "io.planted.LeakyController");
  }

  @Test
  void whatIsDoneOnceIsDoneForACallerAndAnsweredAsItIs() {
    verify(
        methods()
            .that()
            .areAnnotatedWith(Idempotent.class)
            .should(HttpConditions.takeACaller())
            .andShould()
            .notHaveRawReturnType(assignableTo(HttpEntity.class)),
        "LeakyController.doneOnceByNobody() takes no caller",
        "doneOnceByNobody()> has raw return type assignable to");
  }

  @Test
  void oneClassTellsWhereARequestComesFrom() {
    verify(
        noClasses()
            .that()
            .doNotHaveSimpleName("ClientAddresses")
            .should(HttpConditions.askTheContainerForTheClient()),
        "io.planted.LeakyController");
  }

  @Test
  void poolsAreUsedByStoresOnly() {
    verify(
        noClasses()
            .that(
                not(resideInAnyPackage("io.usercenter.shard..", "io.usercenter.platform.."))
                    .and(not(StoreConditions.isOneOf(StoreConditions.DECLARED)))
                    .as("are neither shard, platform nor a declared store"))
            .should(StoreConditions.useJdbc()),
        "io.planted.PlainJdbc");
  }

  @Test
  void jsonIsReadByOneLibrary() {
    verify(
        noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("com.fasterxml.jackson.databind..")),
        "io.planted.OldJson");
  }

  @Test
  void whatAClassNeedsGoesThroughItsConstructor() {
    verify(
        fields()
            .should()
            .notBeAnnotatedWith(Autowired.class)
            .andShould()
            .notBeAnnotatedWith(Value.class)
            .andShould()
            .notBeAnnotatedWith("jakarta.annotation.Resource")
            .andShould()
            .notBeAnnotatedWith("jakarta.inject.Inject"),
        "LeakyController.handedInByMagic");
  }

  @Test
  void answersHoldNoSecretsButTheOneForWhoMadeIt() {
    verify(
        methods()
            .that(HttpConditions.answerRequests())
            .should(
                HttpConditions.answerWithoutSecrets(
                    "io.usercenter.admin.CredentialRotationController$Successor.secret",
                    "io.usercenter.admin.OperatorAdminController$TemporaryPassword.temporaryPassword",
                    "io.usercenter.admin.OperatorFactors$Offer.secret",
                    "io.usercenter.admin.SystemAdminController$CreatedCredential.secret",
                    "io.usercenter.admin.AccountCareController$PasswordGiven.temporaryPassword")),
        "io.planted.LeakyController$Leaky.passwordHash");
  }

  @Test
  void secretsInRequestsHaveATypeThatNoLogShows() {
    verify(
        methods()
            .that(HttpConditions.answerRequests())
            .should(HttpConditions.takeSecretsAsSecret()),
        "io.planted.LeakyController$OpenPassword.password");
  }

  @Test
  void recordsThatHoldSecretsHaveATextOfTheirOwn() {
    verify(
        classes()
            .that()
            .areRecords()
            .and()
            // The token of a lease tells its holders apart and opens nothing.
            .resideOutsideOfPackage("io.usercenter.id")
            .should(HttpConditions.redactSecrets()),
        "io.planted.LeakyController$Leaky.passwordHash");
  }

  /** The OpenAPI document knows types by their short names, and would melt two into one. */
  @Test
  void noTwoTypesOverHttpHaveOneName() {
    assertThat(HttpConditions.schemaNames(OURS))
        .isNotEmpty()
        .allSatisfy(
            (name, types) ->
                assertThat(types).as("give one of them @Schema(name = ..): %s", name).hasSize(1));
    assertThat(HttpConditions.schemaNames(PLANTED).get("Page")).hasSize(2);
  }

  /** Our code keeps the rule, and the rule sees each planted violation. */
  private static void verify(ArchRule rule, String... planted) {
    rule.check(OURS);
    EvaluationResult seen = rule.evaluate(PLANTED);
    List<String> details = seen.getFailureReport().getDetails();
    for (String violation : planted) {
      assertThat(details).anySatisfy(detail -> assertThat(detail).contains(violation));
    }
  }
}
