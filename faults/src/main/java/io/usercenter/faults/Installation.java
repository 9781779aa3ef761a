package io.usercenter.faults;

import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.Ports;
import io.usercenter.testkit.ServiceJvm;
import io.usercenter.testkit.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Two instances of the service and a role listener from their jars, a real MySQL and a real Redis.
 * The ways to both are proxies.
 */
final class Installation implements AutoCloseable {
  private static final int INSTANCES = 2;
  static final String OPERATOR_PASSWORD = "an operator for fault tests";

  /** The modules that run. */
  static final String SERVICE = "usercenter-api";

  static final String LISTENER = "role-sync-listener";

  /** For whom starting fast is worth more than speed. */
  static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1");

  private final MySqlServer mysql;
  private final RedisSide redis;
  private final TcpProxy toMySql;
  private final List<Node> instances;
  private final Node listener;
  private final Function<Path, Node> moreListeners;
  private final List<Node> added = new ArrayList<>();
  private final Http http = new Http();
  private final Load.Credentials credentials;
  private final String credentialId;
  private final String secret;

  /**
   * Starts everything and returns when it is ready. Closing it closes the databases too.
   *
   * @param root of the repository, where the jars are
   * @param logs a folder
   * @param more environment of service and listener
   * @param java more options of their Java
   */
  Installation(
      Path root,
      Path logs,
      MySqlServer mysql,
      RedisSide redis,
      Map<String, String> more,
      List<String> java) {
    this.mysql = mysql;
    this.redis = redis;
    this.toMySql = TcpProxy.to(mysql.port());
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> both = new HashMap<>(redis.environment());
    both.put("UC_DB_INSTANCES", toMySql.address());
    both.put("UC_DB_USER", mysql.user());
    both.put("UC_DB_PASSWORD", mysql.password());
    both.put("UC_LOG_FORMAT", "");
    both.putAll(more);
    this.instances =
        IntStream.range(0, INSTANCES)
            .mapToObj(
                number ->
                    instance(
                        number, ServiceJvm.command(256, java, Jars.of(root, SERVICE)), logs, both))
            .toList();
    this.listener =
        listener("listener", ServiceJvm.command(192, java, Jars.of(root, LISTENER)), logs, both);
    this.moreListeners =
        jar ->
            listener(
                "listener " + (added.size() + 2), ServiceJvm.command(192, java, jar), logs, both);
    for (Node instance : instances) {
      instance.awaitReady(http);
    }
    listener.awaitReady(http);
    String operator =
        "Bearer "
            + done(Http.post(
                    instances.getFirst().internal() + "/admin/v1/sessions",
                    Map.of("name", "admin", "password", OPERATOR_PASSWORD)))
                .text("/token");
    Http.Answer credential =
        done(
            Http.post(
                    instances.getFirst().internal() + "/admin/v1/service-credentials",
                    Map.of("name", "faults", "serverIds", List.of("*")))
                .header("Authorization", operator));
    this.credentialId = credential.text("/credentialId");
    this.secret = credential.text("/secret");
    this.credentials = new Load.Credentials(operator, Http.basic(credentialId, secret));
  }

  private Http.Answer done(HttpRequest.Builder request) {
    if (http.send(request) instanceof Http.Answer answer && answer.status() == 201) {
      return answer;
    }
    throw new IllegalStateException("refused: " + http.send(request));
  }

  private static Node instance(
      int number, List<String> command, Path logs, Map<String, String> both) {
    Map<String, String> environment = new HashMap<>(both);
    // The cheapest: what is tested is what becomes of the hash.
    environment.put("USERCENTER_PASSWORDS_MEMORYKIB", "1024");
    environment.put("USERCENTER_PASSWORDS_ITERATIONS", "1");
    // All callers have one address, and one game server and one operator ask.
    for (String limit : List.of("REGISTER", "LOGIN", "REFRESH")) {
      environment.put("USERCENTER_LIMITS_" + limit, "10000000/1m");
    }
    for (String limit : List.of("GAMESERVER", "OPERATOR", "PLAYER", "OPEN")) {
      environment.put("USERCENTER_LIMITS_" + limit, "10000000/1m instance");
    }
    return service("instance " + (number + 1), command, logs, environment);
  }

  /** Starts an instance of the service that has an operator and makes its schema. */
  static Node service(String name, List<String> command, Path logs, Map<String, String> more) {
    int port = Ports.free();
    int internal = Ports.free();
    Map<String, String> environment = new HashMap<>(ServiceJvm.ENVIRONMENT);
    environment.putAll(more);
    environment.put("UC_PORT", Integer.toString(port));
    environment.put("UC_INTERNAL_PORT", Integer.toString(internal));
    environment.put("UC_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    environment.put("UC_BOOTSTRAP_OPERATOR_PASSWORD", OPERATOR_PASSWORD);
    environment.put("UC_MIGRATE", "true");
    return new Node(name, command, environment, logs, port, internal);
  }

  /** Starts a listener. */
  static Node listener(String name, List<String> command, Path logs, Map<String, String> both) {
    int port = Ports.free();
    Map<String, String> environment = new HashMap<>(ServiceJvm.ENVIRONMENT);
    environment.putAll(both);
    environment.put("UC_LISTENER_PORT", Integer.toString(port));
    return new Node(name, command, environment, logs, port, port);
  }

  MySqlServer mysql() {
    return mysql;
  }

  RedisSide redis() {
    return redis;
  }

  TcpProxy toMySql() {
    return toMySql;
  }

  List<Node> instances() {
    return instances;
  }

  Node listener() {
    return listener;
  }

  /** Starts a listener more, of any build, and returns when it is ready. */
  Node addListener(Path jar) {
    Node another = moreListeners.apply(jar);
    added.add(another);
    another.awaitReady(http);
    return another;
  }

  Http http() {
    return http;
  }

  Load.Credentials credentials() {
    return credentials;
  }

  String credentialId() {
    return credentialId;
  }

  String secret() {
    return secret;
  }

  @Override
  public void close() {
    for (Node instance : instances) {
      instance.process().kill9();
    }
    listener.process().kill9();
    added.forEach(node -> node.process().kill9());
    toMySql.close();
    redis.close();
    mysql.close();
  }
}
