package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.UsercenterApplication;
import io.usercenter.id.UserId;
import io.usercenter.password.StoredHash;
import io.usercenter.role.RoleStore;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.architecture.CallGraph;
import io.usercenter.testkit.architecture.Flow;
import io.usercenter.testkit.architecture.FlowDocument;
import io.usercenter.token.TokenVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/flows.md} lists the source files that the main flows pass. The same lists are
 * computed from the class files here, so that the document cannot be wrong.
 */
class FlowsTest {
  private static final String PLAYER = "io.usercenter.session.PlayerResolver#recognise";
  private static final String GAME_SERVER = "io.usercenter.gameserver.GameServerResolver#recognise";
  private static final String OPERATOR = "io.usercenter.admin.OperatorResolver#recognise";

  private static final List<Flow> FLOWS =
      List.of(
          new Flow(
              "Every request",
              "Each request gets a trace id, is let in at the right port only, is counted by shards"
                  + " and statements and against the limit of its network or caller, and every"
                  + " failure becomes a problem document.",
              List.of(
                  "io.usercenter.platform.TraceFilter#doFilterInternal",
                  "io.usercenter.platform.Ports$Guard#doFilterInternal",
                  "io.usercenter.platform.RequestCost#doFilterInternal",
                  "io.usercenter.throttle.RateLimits#preHandle",
                  "io.usercenter.platform.CallerArguments#resolveArgument",
                  "io.usercenter.platform.Problems#handle")),
          new Flow(
              "Every statement of a mapper",
              "ShardingSphere asks for the shard by user id or username, and gets a connection from"
                  + " the pool of the MySQL instance that holds it.",
              List.of(
                  "io.usercenter.shard.GeneShardingAlgorithm#doSharding",
                  "io.usercenter.shard.ShardDataSource#getConnection")),
          new Flow(
              "Register",
              "A name and a password become an account, its id carries the gene of the name, and"
                  + " the answer is the first login.",
              List.of("io.usercenter.player.PlayerController#register")),
          new Flow(
              "Log in",
              "The guess is counted, the password is checked, then one transaction in the player's"
                  + " shard opens the session; the answer carries the roles.",
              List.of("io.usercenter.player.PlayerController#login")),
          new Flow(
              "Change a password",
              "The current one is checked; then one transaction ends all other sessions, raises the"
                  + " user's epoch, replaces the hash, and gives this session new tokens.",
              List.of(PLAYER, "io.usercenter.player.PlayerController#changePassword")),
          new Flow(
              "Change the profile",
              "A merge patch is checked as a whole; one statement changes the account, and every"
                  + " instance forgets the old one.",
              List.of(PLAYER, "io.usercenter.player.AccountLifeController#change")),
          new Flow(
              "Export a player's data",
              "Every module that keeps something about players gives its part.",
              List.of(PLAYER, "io.usercenter.player.AccountLifeController#export")),
          new Flow(
              "Send a code",
              "The requests of the network and those for the address are counted; then a new code"
                  + " replaces the one in Redis and goes to the sender. No account is looked up.",
              List.of("io.usercenter.player.CodeController#send")),
          new Flow(
              "Reset a password",
              "The code is judged; then one transaction in the shard of who has the address"
                  + " replaces the hash and ends all sessions.",
              List.of("io.usercenter.player.CodeController#reset")),
          new Flow(
              "Leave",
              "Password or fresh session; then one transaction marks the account and ends its"
                  + " sessions.",
              List.of(PLAYER, "io.usercenter.player.AccountLifeController#delete")),
          new Flow(
              "Come back",
              "What a login would show takes the wish to leave back, in the transaction that opens"
                  + " the session.",
              List.of("io.usercenter.player.PlayerController#restore")),
          new Flow(
              "Erase an account",
              "When its time is over every module removes its part, the ways in among them, shard"
                  + " by shard; the account's own row goes last.",
              List.of("io.usercenter.deletion.Erasures#sweep")),
          new Flow(
              "Link an identity",
              "A way into an account is added: its row is put in question, the account is written"
                  + " under its epoch, and the row is confirmed.",
              List.of(PLAYER, "io.usercenter.player.IdentityController#link")),
          new Flow(
              "Settle an interrupted change",
              "What stands still for too long is made to agree with the account.",
              List.of("io.usercenter.identity.UnsettledClaims#sweep")),
          new Flow(
              "Refresh",
              "A refresh token becomes its one successor and a new access token; the session's row"
                  + " follows a second later, together with others.",
              List.of("io.usercenter.player.PlayerController#refresh")),
          new Flow(
              "A player's request",
              "The access token of every request is checked: signature, time, and whether its"
                  + " session and its user still stand.",
              List.of(PLAYER)),
          new Flow(
              "Introspect a token",
              "A game server asks whether a token is good now; a dead one is an answer with a"
                  + " reason.",
              List.of(GAME_SERVER, "io.usercenter.gameserver.TokenController#introspect")),
          new Flow(
              "Follow the revocations",
              "A game server that checks tokens itself waits for news of those that ended.",
              List.of(GAME_SERVER, "io.usercenter.gameserver.TokenController#revocations")),
          new Flow(
              "A ticket to a game server",
              "The session is traded for a ticket, unless the account or its way into this server"
                  + " is banned; the key is in memory.",
              List.of(PLAYER, "io.usercenter.ticket.TicketController#mint")),
          new Flow(
              "Fetch ticket keys",
              "A game server gets the keys that it checks tickets with; the first time they are"
                  + " made.",
              List.of(GAME_SERVER, "io.usercenter.gameserver.TicketKeyController#keys")),
          new Flow(
              "A revocation on its way",
              "Every instance follows the Redis stream and forgets what it believed of the session;"
                  + " what could not be announced when it happened is found in the shards.",
              List.of(
                  "io.usercenter.session.RevocationFeed#follow",
                  "io.usercenter.session.Sessions#hear",
                  "io.usercenter.session.RevocationOutbox#announceAll")),
          new Flow(
              "A role event by HTTP",
              "A batch goes into the streams; while Redis is away it is applied at once.",
              List.of(GAME_SERVER, "io.usercenter.gameserver.RoleEventController#accept")),
          new Flow(
              "Look up an account by id",
              "The id names the shard; the snapshot comes from the cache or from one statement.",
              List.of(GAME_SERVER, "io.usercenter.gameserver.AccountLookupController#byId")),
          new Flow(
              "An operator finds an account",
              "By username, user id or role id, with roles and the active ban.",
              List.of(OPERATOR, "io.usercenter.admin.AccountAdminController#find")),
          new Flow(
              "Ban",
              "On record first; then one transaction writes the ban, ends the sessions, raises the"
                  + " user's epoch and notes the revocation.",
              List.of(OPERATOR, "io.usercenter.admin.BanAdminController#ban")),
          new Flow(
              "Lift a ban",
              "The id of the ban leads to the shard; lifting twice changes nothing.",
              List.of(OPERATOR, "io.usercenter.admin.BanAdminController#lift")),
          new Flow(
              "Ban many at once",
              "The batch is written down and on record at each account first; then one transaction"
                  + " for each, so that a shard that is away costs its own accounts only.",
              List.of(OPERATOR, "io.usercenter.admin.BanBatchAdminController#ban")),
          new Flow(
              "A ban begins",
              "What starts later is found by an index when its time has come; the row of the ban"
                  + " decides which instance ends the sessions.",
              List.of("io.usercenter.ban.DueBans#look")),
          new Flow(
              "Force a logout",
              "An operator ends all sessions and every access token of a player.",
              List.of(OPERATOR, "io.usercenter.admin.AccountAdminController#forceLogout")),
          new Flow(
              "Log out",
              "The player's session ends, and everybody is told.",
              List.of(PLAYER, "io.usercenter.session.SessionController#logout")),
          new Flow(
              "Import accounts",
              "A file of another system's accounts is kept in the admin database; an instance deals"
                  + " its lines out to the shards, whose positions commit with the accounts.",
              List.of(
                  OPERATOR,
                  "io.usercenter.admin.ImportAdminController#start",
                  "io.usercenter.admin.ImportRunner#workOff")),
          new Flow(
              "An operator logs in",
              "Success and failure are on record; the token is random, and only its digest is"
                  + " stored.",
              List.of("io.usercenter.admin.AdminSessionController#login")));

  /** Sections that tests of other modules compare. */
  private static final List<String> ELSEWHERE = List.of("A role event by the stream");

  private static final CallGraph GRAPH =
      CallGraph.of(
              "io.usercenter",
              UsercenterApplication.class,
              UserId.class,
              Shards.class,
              TokenVerifier.class,
              RoleStore.class,
              StoredHash.class)
          .listing("io.usercenter.id.UsernameRules")
          .ignoring(
              // Bits and decimals.
              "io.usercenter.id.UserIdLayout",
              "io.usercenter.id.Username",
              "io.usercenter.token.Decimal",
              // How the hashes of other systems are written.
              "io.usercenter.password.PhcFields",
              "io.usercenter.password.BcryptForm",
              "io.usercenter.password.ScryptForm",
              "io.usercenter.password.Pbkdf2Form",
              "io.usercenter.password.DigestForm",
              // For the verifier inside a game server; this service has the keys and hears the feed
              // itself.
              "io.usercenter.token.JwksClient",
              "io.usercenter.token.Follower",
              "io.usercenter.token.NewsAge");

  private final FlowDocument document =
      new FlowDocument(Path.of(System.getProperty("uc.root")), "docs/flows.md");

  @Test
  void theDocumentListsTheFilesThatTheFlowsPass() throws IOException {
    assertThat(document.differences(FLOWS, GRAPH)).isEmpty();
  }

  @Test
  void theDocumentTellsOfNoOtherFlows() throws IOException {
    assertThat(document.titles())
        .containsAll(ELSEWHERE)
        .filteredOn(title -> !ELSEWHERE.contains(title))
        .containsExactlyInAnyOrderElementsOf(FLOWS.stream().map(Flow::title).toList());
  }

  @Test
  void callsAreFollowedThroughLambdasAndInterfacesInTheirOrder() {
    assertThat(GRAPH.filesPassed(List.of("io.usercenter.player.PlayerController#register")))
        .startsWith(
            "io/usercenter/player/PlayerController.java",
            "io/usercenter/player/TypedNames.java",
            "io/usercenter/id/UsernameRules.java")
        .containsSubsequence(
            "io/usercenter/idempotency/Idempotency.java",
            "io/usercenter/platform/ShardTransactions.java",
            "io/usercenter/player/Logins.java",
            "io/usercenter/account/Accounts.java",
            "io/usercenter/platform/PasswordHasher.java",
            "io/usercenter/platform/Cache.java",
            "io/usercenter/account/AccountMapper.java",
            "io/usercenter/session/Sessions.java",
            "io/usercenter/session/SessionMapper.java")
        .doesNotContain("io/usercenter/player/Login.java", "io/usercenter/ban/Bans.java");
  }
}
