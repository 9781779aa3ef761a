package io.usercenter.cli.demo;

import io.usercenter.id.GeneFunction;
import io.usercenter.redis.RedisServers;
import io.usercenter.role.RoleEventStreams;
import io.usercenter.roleevent.RoleEventKey;
import io.usercenter.token.TokenVerifier;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.config.ConstantDelay;

/** One run of {@code ./uc demo} on a user center that is ready. */
final class Demo {
  private static final String AUDIENCE = "games";
  private static final Patience PATIENCE = new Patience(Duration.ofSeconds(10));
  private static final RedisServers.Manners REDIS =
      new RedisServers.Manners(
          4,
          1,
          Duration.ofSeconds(5),
          Duration.ofSeconds(3),
          2,
          new ConstantDelay(Duration.ofSeconds(1)));
  private static final Duration VERIFIER_READY_WITHIN = Duration.ofSeconds(15);

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Measurements measurements = new Measurements();
  private final Findings findings = new Findings();

  /**
   * @param terminal whether a line of {@code out} can be overwritten
   */
  Demo(PrintStream out, boolean terminal, InstantSource clock, SecureRandom random) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What is wanted of a run.
   *
   * @param namesAreListed the names are not made up and may be taken
   * @param tag that no other run has
   */
  record Cast(
      Players players, int parallel, boolean namesAreListed, String tag, GeneFunction gene) {}

  /**
   * Plays and prints the report.
   *
   * @return how many things were not as expected
   * @throws DemoException when it could not begin
   */
  int run(Target target, Cast cast) throws InterruptedException {
    SpotChecks spotChecks = new SpotChecks(findings);
    Duration took;
    try (Http http = new Http(measurements)) {
      OperatorDesk operator = logIn(http, target, target.operator(), target.password());
      OperatorDesk viewer = hireViewer(http, target, operator, cast.tag());
      Answer credential =
          done(
              operator.createServiceCredential("demo " + cast.tag(), Characters.SERVERS),
              201,
              "the operator must be a super admin");
      String credentialId = member(credential, "credentialId");
      String secret = member(credential, "secret");
      RedissonClient redis = connect(target.redisUrl());
      try (TokenVerifier verifier = verifier(target, credentialId, secret)) {
        GameServer server =
            new GameServer(
                http,
                target.url(),
                GameServer.basic(credentialId, secret),
                verifier::verify,
                events ->
                    new RoleEventStreams(redis)
                        .publish(events, RoleEventKey.of(credentialId, secret), null),
                measurements);
        GameClients clients = new GameClients(http, target.url());
        Story story =
            new Story(
                clients,
                server,
                operator,
                measurements,
                findings,
                new Story.Rules(cast.gene(), cast.tag(), cast.namesAreListed(), PATIENCE, clock));
        took = play(story, cast);
        spotChecks.run(clients, server, viewer, cast.players().players().getFirst(), clock);
      } catch (NoAnswerException e) {
        throw new DemoException(String.valueOf(e.getMessage()));
      } finally {
        redis.shutdown();
        tidyUp(operator, viewer, credentialId);
      }
    }
    Report report = new Report(measurements, findings);
    report.judge(cast.gene() == GeneFunction.CRC32);
    out.printf(
        "%d players in %.1f s, %d steps, %.0f steps/s%n",
        cast.players().players().size(),
        took.toMillis() / 1e3,
        measurements.steps(),
        measurements.steps() / (took.toMillis() / 1e3));
    report.lines(spotChecks.outcomes(), bar(out.charset())).forEach(out::println);
    out.flush();
    return findings.count();
  }

  private Duration play(Story story, Cast cast) throws InterruptedException {
    List<Player> players = cast.players().players();
    Progress progress =
        new Progress(out, terminal, measurements, findings, players.size(), System::nanoTime);
    ExecutorService pool =
        Executors.newFixedThreadPool(cast.parallel(), Thread.ofVirtual().factory());
    try {
      for (Player player : players) {
        var _ =
            pool.submit(
                () -> {
                  story.play(player);
                  return true;
                });
      }
      pool.shutdown();
      while (!pool.awaitTermination(Progress.TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        progress.show();
      }
      progress.clear();
      return progress.elapsed();
    } finally {
      pool.shutdownNow();
    }
  }

  private static OperatorDesk logIn(Http http, Target target, String name, String password)
      throws InterruptedException {
    try {
      Answer login =
          done(
              OperatorDesk.login(http, target.adminUrl(), name, password),
              201,
              "name or password of the operator are wrong; see --operator and"
                  + " --operator-password-file");
      return new OperatorDesk(http, target.adminUrl(), name, member(login, "token"));
    } catch (NoAnswerException e) {
      throw new DemoException(String.valueOf(e.getMessage()));
    }
  }

  /** An operator who may only look. Nobody knows his password afterwards. */
  private OperatorDesk hireViewer(Http http, Target target, OperatorDesk operator, String tag)
      throws InterruptedException {
    byte[] bytes = new byte[18];
    random.nextBytes(bytes);
    String password = Base64.getUrlEncoder().encodeToString(bytes);
    String name = "demo-viewer-" + tag;
    var _ =
        done(
            operator.createOperator(name, password, "viewers"),
            201,
            "the operator must be a super admin");
    return logIn(http, target, name, password);
  }

  private static Answer done(Answer answer, int status, String advice) {
    if (answer.status() != status) {
      throw new DemoException("%s; %s".formatted(answer, advice));
    }
    return answer;
  }

  private static String member(Answer answer, String name) {
    return answer
        .body()
        .path(name)
        .asStringOpt()
        .orElseThrow(() -> new DemoException("%s has no \"%s\"".formatted(answer, name)));
  }

  private static RedissonClient connect(String url) {
    try {
      RedissonClient client = Redisson.create(RedisServers.parse(url).config(REDIS));
      var _ = client.getKeys().count(); // connects
      return client;
    } catch (RedisException | CompletionException e) {
      throw new DemoException(
          "Redis, through which game servers send role events, does not answer: %s. See --redis-url"
              .formatted(e.getMessage()));
    }
  }

  private static TokenVerifier verifier(Target target, String credentialId, String secret)
      throws InterruptedException {
    TokenVerifier verifier =
        TokenVerifier.builder()
            .issuer(target.issuer())
            .audience(AUDIENCE)
            .address(target.url().toString())
            .serviceCredential(credentialId, secret)
            .build();
    if (!verifier.awaitReady(VERIFIER_READY_WITHIN)) {
      verifier.close();
      throw new DemoException(
          "the embedded verifier got no keys or no revocations from %s within %d s"
              .formatted(target.url(), VERIFIER_READY_WITHIN.toSeconds()));
    }
    return verifier;
  }

  /** What is left of a run: its players, and an operator who cannot log in. */
  private void tidyUp(OperatorDesk operator, OperatorDesk viewer, String credentialId)
      throws InterruptedException {
    try {
      Answer revoked = operator.revokeServiceCredential(credentialId);
      new Checks(findings, "revoking the service credential")
          .that(revoked.status() == 204, revoked.toString());
      var _ = viewer.logout();
      var _ = operator.logout();
    } catch (NoAnswerException e) {
      findings.add("tidying up", String.valueOf(e.getMessage()));
    }
  }

  private static char bar(Charset charset) {
    return charset.newEncoder().canEncode('\u2588') ? '\u2588' : '#';
  }
}
