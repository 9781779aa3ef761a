package io.usercenter.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static tools.jackson.databind.node.JsonNodeFactory.instance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.usercenter.id.GeneFunction;
import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.token.AccessToken;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.Verification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** As much of a user center as the story needs, in memory, on one port; it can be told to lie. */
final class FakeUserCenter implements AutoCloseable {
  /** What it does wrong. */
  enum Lie {
    ID_AS_NUMBER,
    SHARD_OF_ANOTHER_NAME,
    DIFFERENT_ID_AT_LOGIN,
    TWO_SHARDS_AT_LOGIN,
    NO_SERVER_TIMING,
    XML,
    SERVER_ERROR_AT_REFRESH,
    TWO_SUCCESSORS,
    LEVEL_NEVER_RISES,
    NO_LAST_SERVER,
    ROLE_EVENTS_LOST,
    STALE_ROLE_LIST,
    FOUND_BY_ROLE_TWICE,
    BAN_IGNORED_BY_INTROSPECTION,
    BAN_IGNORED_BY_FEED,
    BAN_IGNORED_BY_LOGIN,
    BAN_WITHOUT_END,
    BAN_CALLED_REVOKED,
    LIFT_FORGOTTEN,
    LOGOUT_FORGOTTEN,
    VIEWER_BANS,
    ANY_CREDENTIAL,
    NAME_TAKEN_TWICE,
    PLAIN_TEXT_ERRORS,
  }

  /** Its clock stands still. */
  static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

  private static final String CREDENTIAL = GameServer.basic("demo", "secret");
  private static final String OPERATOR = "Bearer operator";
  private static final long UNIT = 1L << 21;

  private final Set<Lie> lies = EnumSet.noneOf(Lie.class);
  private final Map<String, Account> byName = new LinkedHashMap<>();
  private final Map<String, Session> byToken = new LinkedHashMap<>();
  private final HttpServer server;
  private long lastId = 1;
  private int refuseNext;

  FakeUserCenter() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  private static final class Account {
    final UserId id;
    final Username name;
    final String password;
    final Map<String, RoleEvent> pictures = new LinkedHashMap<>();
    final Map<String, Instant> logins = new LinkedHashMap<>();
    @Nullable ObjectNode ban;

    Account(UserId id, Username name, String password) {
      this.id = id;
      this.name = name;
      this.password = password;
    }
  }

  private static final class Session {
    final Account account;
    final long id;
    int generation;
    String ended = "";

    Session(Account account, long id) {
      this.account = account;
      this.id = id;
    }
  }

  private record Problem(int status, String code) {}

  void lie(Lie lie) {
    lies.add(lie);
  }

  /** The next requests are answered 503 with Retry-After. */
  synchronized void refuseNext(int requests) {
    refuseNext = requests;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  GameServer gameServer(Http http, Measurements measurements) {
    return new GameServer(http, url(), CREDENTIAL, this::verify, this::apply, measurements);
  }

  OperatorDesk operator(Http http) {
    return new OperatorDesk(http, url(), "admin", "operator");
  }

  OperatorDesk viewer(Http http) {
    return new OperatorDesk(http, url(), "viewer", "viewer");
  }

  private synchronized Verification verify(String token) {
    Session session = byToken.get(token);
    if (session == null) {
      return new Verification.Rejected(RejectionReason.MALFORMED);
    }
    if (!session.ended.isEmpty()
        && !(lies.contains(Lie.BAN_IGNORED_BY_FEED) && session.ended.equals("BANNED"))) {
      return new Verification.Rejected(RejectionReason.valueOf(session.ended));
    }
    Instant now = NOW;
    return new Verification.Verified(
        new AccessToken(
            session.account.id, session.id, 0, "", "pc", now, now.plusSeconds(900), "t"));
  }

  private synchronized void apply(List<RoleEvent> events) {
    if (lies.contains(Lie.ROLE_EVENTS_LOST)) {
      return;
    }
    for (RoleEvent event : events) {
      Account account =
          byName.values().stream()
              .filter(a -> a.id.equals(event.userId()))
              .findFirst()
              .orElseThrow();
      String role = event.roleId().value();
      if (event.type() == RoleEvent.Type.ROLE_LOGGED_IN) {
        account.logins.put(role, event.occurredAt());
      } else if (event.version().revision() == 1 || !lies.contains(Lie.LEVEL_NEVER_RISES)) {
        account.pictures.put(role, event);
      }
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Object answer;
      synchronized (this) {
        if (refuseNext > 0) {
          refuseNext--;
          exchange.getResponseHeaders().set("Retry-After", "0");
          answer = new Problem(503, "PASSWORD_HASHING_BUSY");
        } else {
          answer =
              answer(
                  exchange, body.length == 0 ? instance.missingNode() : Http.JSON.readTree(body));
        }
      }
      send(exchange, answer);
    }
  }

  private void send(HttpExchange exchange, Object answer) throws IOException {
    if (answer instanceof Integer empty) {
      exchange.sendResponseHeaders(empty, -1);
      return;
    }
    String type = lies.contains(Lie.XML) ? "application/xml" : "application/json";
    int status = exchange.getRequestURI().getPath().endsWith("accounts") ? 201 : 200;
    JsonNode json;
    if (answer instanceof Problem(int problemStatus, String code)) {
      status = problemStatus;
      type = lies.contains(Lie.PLAIN_TEXT_ERRORS) ? "text/plain" : "application/problem+json";
      json = problem(code);
    } else {
      json = (JsonNode) answer;
      if (exchange.getRequestMethod().equals("GET")) {
        status = 200;
      } else if (exchange.getRequestURI().getPath().endsWith("bans")) {
        status = 201;
      }
    }
    exchange.getResponseHeaders().set("Content-Type", type);
    if (!lies.contains(Lie.NO_SERVER_TIMING)) {
      boolean two =
          lies.contains(Lie.TWO_SHARDS_AT_LOGIN)
              && exchange.getRequestURI().getPath().equals("/v1/sessions");
      exchange
          .getResponseHeaders()
          .set("Server-Timing", "shards;desc=\"%d\", statements;desc=\"4\"".formatted(two ? 2 : 1));
    }
    byte[] bytes = json.toString().getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private ObjectNode problem(String code) {
    ObjectNode problem =
        instance
            .objectNode()
            .put("type", "urn:usercenter:error:" + code)
            .put("title", "a title")
            .put("code", code)
            .put("traceId", "abc")
            .put("detail", "a detail");
    if (code.equals("ACCOUNT_BANNED")) {
      ObjectNode ban =
          byName.values().stream().map(a -> a.ban).filter(b -> b != null).findFirst().orElseThrow();
      problem.put("detail", ban.path("message").asString());
      problem.put("reasonCode", ban.path("reasonCode").asString());
      if (!lies.contains(Lie.BAN_WITHOUT_END)) {
        problem.put("until", ban.path("until").asString());
      }
    }
    return problem;
  }

  private Object answer(HttpExchange exchange, JsonNode body) {
    String path = exchange.getRequestURI().getPath();
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (path.startsWith("/server/")
        && !authorization.equals(CREDENTIAL)
        && !lies.contains(Lie.ANY_CREDENTIAL)) {
      return new Problem(401, "WRONG_SERVICE_CREDENTIAL");
    }
    return switch (exchange.getRequestMethod() + " " + path) {
      case "POST /v1/accounts" -> register(body);
      case "POST /v1/sessions" -> login(body);
      case "POST /v1/sessions:refresh" -> refresh(body);
      case "DELETE /v1/sessions/current" -> logout(authorization);
      case "GET /v1/accounts/me" -> {
        Session session = byToken.get(authorization.replace("Bearer ", ""));
        yield session == null || !session.ended.isEmpty()
            ? new Problem(401, "TOKEN_REJECTED")
            : account(session.account);
      }
      case "GET /v1/accounts/me/roles" ->
          lies.contains(Lie.STALE_ROLE_LIST)
              ? instance.objectNode().set("roles", instance.arrayNode())
              : withRoles(instance.objectNode(), caller(authorization).account);
      case "POST /server/v1/tokens:introspect" -> introspect(body.path("token").asString());
      case "POST /server/v1/role-events" -> roleEvents(body);
      case "GET /admin/v1/accounts" -> find(exchange.getRequestURI().getRawQuery());
      case "GET /admin/v1/shards" -> new Problem(404, "NOT_FOUND");
      case "POST /admin/v1/bans" ->
          authorization.equals(OPERATOR) || lies.contains(Lie.VIEWER_BANS)
              ? ban(body)
              : new Problem(403, "PERMISSION_MISSING");
      default -> {
        if (path.endsWith(":lift")) {
          yield lift();
        }
        Account account = byId(path.substring(path.lastIndexOf('/') + 1));
        if (account == null) {
          yield new Problem(404, "ACCOUNT_NOT_FOUND");
        }
        yield path.startsWith("/admin/") ? forOperators(account) : account(account);
      }
    };
  }

  private Session caller(String authorization) {
    return requireNonNull(byToken.get(authorization.substring("Bearer ".length())));
  }

  private @Nullable Account byId(String decimal) {
    return byName.values().stream()
        .filter(a -> a.id.toString().equals(decimal))
        .findFirst()
        .orElse(null);
  }

  private UserId mint(Username name) {
    int gene = GeneFunction.CRC32.gene(name);
    return new UserId(
        ++lastId * UNIT + (lies.contains(Lie.SHARD_OF_ANOTHER_NAME) ? gene ^ 1 : gene));
  }

  private Object register(JsonNode body) {
    Username name;
    try {
      name = UsernameRules.standard().parse(body.path("username").asString());
    } catch (InvalidUsernameException e) {
      return new Problem(400, "USERNAME_INVALID");
    }
    if (byName.containsKey(name.canonical()) && !lies.contains(Lie.NAME_TAKEN_TWICE)) {
      return new Problem(409, "USERNAME_TAKEN");
    }
    Account account = new Account(mint(name), name, body.path("password").asString());
    byName.put(name.canonical(), account);
    return open(new Session(account, ++lastId));
  }

  private Object login(JsonNode body) {
    Account account =
        byName.get(UsernameRules.standard().parse(body.path("username").asString()).canonical());
    if (account == null || !account.password.equals(body.path("password").asString())) {
      return new Problem(401, "WRONG_NAME_OR_PASSWORD");
    }
    if (account.ban != null && !lies.contains(Lie.BAN_IGNORED_BY_LOGIN)) {
      return new Problem(403, "ACCOUNT_BANNED");
    }
    if (lies.contains(Lie.DIFFERENT_ID_AT_LOGIN)) {
      account = new Account(mint(account.name), account.name, account.password);
    }
    return open(new Session(account, ++lastId));
  }

  private Object refresh(JsonNode body) {
    if (lies.contains(Lie.SERVER_ERROR_AT_REFRESH)) {
      return new Problem(500, "INTERNAL_ERROR");
    }
    String[] token = body.path("refreshToken").asString().split("_", -1);
    Session session =
        byToken.values().stream()
            .filter(s -> s.id == Long.parseLong(token[1]))
            .findFirst()
            .orElseThrow();
    if (session.account.ban != null) {
      return new Problem(403, "ACCOUNT_BANNED");
    }
    if (!session.ended.isEmpty()) {
      return new Problem(401, "SESSION_ENDED");
    }
    if (session.generation == Integer.parseInt(token[2]) || lies.contains(Lie.TWO_SUCCESSORS)) {
      session.generation++;
    }
    return open(session);
  }

  private ObjectNode open(Session session) {
    String token = "at" + ++lastId;
    byToken.put(token, session);
    ObjectNode login = instance.objectNode();
    login.put("accessToken", token).put("tokenType", "Bearer").put("expiresIn", 900);
    login.put("refreshToken", "ucr_" + session.id + "_" + session.generation);
    login.put("serverTimeMs", NOW.toEpochMilli());
    login.set("account", account(session.account));
    return withRoles(login, session.account);
  }

  private ObjectNode account(Account account) {
    ObjectNode node = instance.objectNode();
    if (lies.contains(Lie.ID_AS_NUMBER)) {
      node.put("userId", account.id.value());
    } else {
      node.put("userId", account.id.toString());
    }
    return node.put("username", account.name.canonical())
        .put("displayName", account.name.display())
        .put("shard", account.id.shard().toString())
        .put("status", "ACTIVE")
        .put("registeredAt", "2026-11-21T08:00:00.123Z");
  }

  private ObjectNode forOperators(Account account) {
    ObjectNode node = account(account);
    if (account.ban != null) {
      node.set("activeBan", account.ban);
    }
    return withRoles(node, account);
  }

  private ObjectNode withRoles(ObjectNode node, Account account) {
    ArrayNode roles = node.putArray("roles");
    account.pictures.values().stream()
        .sorted(Comparator.comparing(e -> !account.logins.containsKey(e.roleId().value())))
        .forEach(
            event -> {
              ObjectNode role =
                  (ObjectNode) Http.JSON.readTree(RoleEvents.write(event)).get("role");
              role.put("roleId", event.roleId().value());
              role.put("serverId", event.serverId().value());
              Instant login = account.logins.get(event.roleId().value());
              if (login != null) {
                role.put("lastLoginAt", login.toString());
                if (!lies.contains(Lie.NO_LAST_SERVER)) {
                  node.put("lastServerId", event.serverId().value());
                }
              }
              roles.add(role);
            });
    return node;
  }

  private Object logout(String authorization) {
    if (!lies.contains(Lie.LOGOUT_FORGOTTEN)) {
      caller(authorization).ended = "REVOKED";
    }
    return 204;
  }

  private ObjectNode introspect(String token) {
    Session session = byToken.get(token);
    ObjectNode node = instance.objectNode();
    if (session == null) {
      return node.put("active", false).put("reason", "MALFORMED");
    }
    boolean banned = session.ended.equals("BANNED");
    if (!session.ended.isEmpty() && !(banned && lies.contains(Lie.BAN_IGNORED_BY_INTROSPECTION))) {
      return node.put("active", false)
          .put("reason", lies.contains(Lie.BAN_CALLED_REVOKED) ? "REVOKED" : session.ended);
    }
    return node.put("active", true)
        .put("userId", session.account.id.toString())
        .put("sub", session.account.id.toString())
        .put("sid", Long.toString(session.id));
  }

  private ObjectNode roleEvents(JsonNode body) {
    ObjectNode answer = instance.objectNode();
    ArrayNode results = answer.putArray("results");
    for (JsonNode node : body.path("events")) {
      RoleEvent event = ((ParsedRoleEvent.Valid) RoleEvents.parse(node)).event();
      ObjectNode result = results.addObject().put("eventId", event.eventId());
      if (Characters.SERVERS.contains(event.serverId().value())) {
        apply(List.of(event));
        result.put("status", "ACCEPTED");
      } else {
        result.put("status", "REJECTED").put("reason", "SERVER_NOT_GRANTED");
      }
    }
    return answer;
  }

  private ObjectNode find(String query) {
    String value = URLDecoder.decode(query.substring(query.indexOf('=') + 1), UTF_8);
    ObjectNode answer = instance.objectNode();
    ArrayNode accounts = answer.putArray("accounts");
    for (Account account : byName.values()) {
      boolean found =
          switch (query.substring(0, query.indexOf('='))) {
            case "username" -> UsernameRules.standard().parse(value).equals(account.name);
            case "userId" -> account.id.toString().equals(value);
            default -> account.pictures.containsKey(value);
          };
      if (found) {
        accounts.add(forOperators(account));
        if (lies.contains(Lie.FOUND_BY_ROLE_TWICE) && query.startsWith("roleId")) {
          accounts.add(forOperators(account));
        }
      }
    }
    return answer;
  }

  private ObjectNode ban(JsonNode body) {
    Account account = byId(body.path("userId").asString());
    if (account == null) {
      return instance.objectNode();
    }
    ObjectNode ban = ((ObjectNode) body).deepCopy();
    ban.put("banId", Long.toString(++lastId));
    account.ban = ban;
    byToken.values().stream().filter(s -> s.account == account).forEach(s -> s.ended = "BANNED");
    return ban;
  }

  private ObjectNode lift() {
    Account account = byName.values().stream().filter(a -> a.ban != null).findFirst().orElseThrow();
    ObjectNode ban = requireNonNull(account.ban);
    if (!lies.contains(Lie.LIFT_FORGOTTEN)) {
      account.ban = null;
    }
    return ban.put("liftedBy", "admin").put("liftedAt", "2026-11-21T08:00:00.123Z");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
