package io.usercenter.scope;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Where an operator has one permission: the union of the cells of his grants. {@code {S1} x {C1}}
 * and {@code {S2} x {C2}} are these two cells, and never {@code (S1, C2)}.
 *
 * <p>A character is in scope when one cell holds both its server and its channel; one without a
 * channel has that of its account. An account is visible when one cell holds its channel and either
 * has all servers or one where the account has a character. What concerns a whole account is in
 * scope when the account is visible and each server where it has characters is in some cell with
 * its channel.
 *
 * @param cells none of them is within another one; empty: nothing is in scope
 * @param proof what a statement binds that carries this scope; the same for the same cells
 */
public record Scope(List<Cell> cells, String proof) {
  /** Of super admins. */
  public static final Scope EVERYTHING = new Scope(List.of(Cell.EVERYTHING));

  /** Of those who lack the permission. */
  public static final Scope NOTHING = new Scope(List.of());

  private Scope(List<Cell> cells) {
    this(cells, proof(cells));
  }

  private static String proof(List<Cell> cells) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(cells.toString().getBytes(StandardCharsets.UTF_8));
      return "scope:" + HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The union of these. */
  public static Scope of(Collection<Cell> cells) {
    List<Cell> kept = new ArrayList<>();
    for (Cell cell : new LinkedHashSet<>(cells)) {
      if (!cell.isEmpty() && kept.stream().noneMatch(other -> other.contains(cell))) {
        kept.removeIf(cell::contains);
        kept.add(cell);
      }
    }
    return kept.equals(EVERYTHING.cells) ? EVERYTHING : new Scope(List.copyOf(kept));
  }

  /** Whether all servers on all channels are in scope, those to come included. */
  public boolean everything() {
    return cells.equals(EVERYTHING.cells);
  }

  /** Whether nothing can be in scope. */
  public boolean nothing() {
    return cells.isEmpty();
  }

  /** Whether what is on this server and this channel is in scope. */
  public boolean contains(String server, String channel) {
    return cells.stream().anyMatch(cell -> cell.contains(server, channel));
  }

  /**
   * Whether all of the cell is in scope, whichever cells of this scope hold its parts: what must
   * hold of a grant that somebody gives.
   */
  public boolean contains(Cell wanted) {
    return parts(wanted.servers()).stream()
        .allMatch(
            servers ->
                parts(wanted.channels()).stream()
                    .allMatch(
                        channels ->
                            cells.stream()
                                .anyMatch(cell -> cell.contains(new Cell(servers, channels)))));
  }

  private static List<Extent> parts(Extent extent) {
    return extent.all()
        ? List.of(Extent.ALL)
        : extent.ids().stream().map(id -> Extent.of(List.of(id))).toList();
  }

  /**
   * Whether everything on the server is in scope, whatever the channel: what concerns the server
   * itself, its keys, its feed.
   */
  public boolean containsServer(String server) {
    return wholeServers().contains(server);
  }

  /** Those that are in scope on all channels. */
  private Extent wholeServers() {
    return serversOn(Extent::all);
  }

  /** On an account, {@code user u}: whether it is visible. */
  public Condition visible() {
    return condition(this::writeVisible);
  }

  /**
   * On an account, {@code user u}: whether what concerns the whole of it is in scope. Channels that
   * have the same servers share a part, since ShardingSphere lets no inner query ask for {@code
   * u.channel}.
   */
  public Condition whole() {
    return condition(
        writer -> {
          if (everything() || nothing()) {
            writer.add(everything() ? "1 = 1" : "1 = 0");
            return;
          }
          writeVisible(writer);
          writer.add(" AND ");
          Map<Extent, Set<String>> channels = new LinkedHashMap<>();
          Set<String> named = new TreeSet<>();
          cells.forEach(cell -> named.addAll(cell.channels().ids()));
          for (String channel : named) {
            channels
                .computeIfAbsent(
                    serversOn(extent -> extent.contains(channel)), _ -> new TreeSet<>())
                .add(channel);
          }
          String before = "(";
          for (Map.Entry<Extent, Set<String>> part : channels.entrySet()) {
            writer.add(before).add("(").in("u.channel", Extent.of(part.getValue()));
            writeNoOther(writer, part.getKey());
            writer.add(")");
            before = " OR ";
          }
          Extent others = serversOn(Extent::all);
          if (!others.isEmpty()) {
            writer.add(before).add("(");
            if (named.isEmpty()) {
              writer.add("1 = 1");
            } else {
              writer.add("NOT ").in("u.channel", Extent.of(named));
            }
            writeNoOther(writer, others);
            writer.add(")");
          }
          writer.add(")");
        });
  }

  /** The servers of those cells whose channels are like this. */
  private Extent serversOn(Predicate<Extent> channels) {
    List<Extent> servers =
        cells.stream().filter(cell -> channels.test(cell.channels())).map(Cell::servers).toList();
    return servers.stream().anyMatch(Extent::all)
        ? Extent.ALL
        : Extent.of(servers.stream().flatMap(some -> some.ids().stream()).toList());
  }

  private static void writeNoOther(Condition.Writer writer, Extent servers) {
    if (!servers.all()) {
      writer
          .add(" AND NOT EXISTS (SELECT 1 FROM role held WHERE held.user_id = u.user_id AND NOT ")
          .in("held.server_id", servers)
          .add(")");
    }
  }

  /** On a character, {@code role r}. */
  public Condition roles() {
    return condition(
        writer ->
            anyCell(
                writer,
                cell -> {
                  writer.in("r.server_id", cell.servers());
                  if (!cell.channels().all()) {
                    writer
                        .add(" AND ")
                        .in(
                            "COALESCE(NULLIF(r.channel, ''), (SELECT o.channel FROM user o WHERE"
                                + " o.user_id = r.user_id))",
                            cell.channels());
                  }
                }));
  }

  /**
   * On a ban, {@code ban b}: one of a visible account; one of a server, if that is in scope. Bans
   * outlive accounts: then only whose scope is everything finds them.
   */
  public Condition bans() {
    return condition(
        writer -> {
          if (everything()) {
            writer.add("1 = 1");
            return;
          }
          writer.add("EXISTS (SELECT 1 FROM user u WHERE u.user_id = b.user_id AND ");
          writeVisible(writer);
          writer.add(" AND (b.scope <> 'SERVER' OR ");
          anyCell(
              writer,
              cell ->
                  writer
                      .in("u.channel", cell.channels())
                      .add(" AND ")
                      .in("b.target", cell.servers()));
          writer.add("))");
        });
  }

  /** On what belongs to a game server and not to one of its channels, by {@code server_id}. */
  public Condition servers() {
    return condition(writer -> writeIn(writer, "server_id", wholeServers()));
  }

  /** The same for several servers in one column {@code server_ids}, separated by commas. */
  public Condition serverLists() {
    return condition(
        writer -> {
          Extent servers = wholeServers();
          if (servers.all()) {
            writer.add("1 = 1");
          } else if (servers.ids().isEmpty()) {
            writer.add("1 = 0");
          } else {
            String one =
                servers.ids().stream()
                    .map(id -> id.replace(".", "\\."))
                    .collect(Collectors.joining("|", "(", ")"));
            writer.add("server_ids REGEXP ?").value("^" + one + "(," + one + ")*$");
          }
        });
  }

  /** On a channel, by {@code channel}: whether a cell has it. */
  public Condition knownChannels() {
    return condition(writer -> writeIn(writer, "channel", sides(Cell::channels)));
  }

  /** On a game server, by {@code server_id}: whether a cell has it. */
  public Condition knownServers() {
    return condition(writer -> writeIn(writer, "server_id", sides(Cell::servers)));
  }

  /** On anything: binds the proof and nothing else, for what was found in scope before. */
  public Condition carried() {
    return condition(writer -> writer.add("1 = 1"));
  }

  private Extent sides(Function<Cell, Extent> side) {
    List<Extent> sides = cells.stream().map(side).toList();
    return sides.stream().anyMatch(Extent::all)
        ? Extent.ALL
        : Extent.of(sides.stream().flatMap(some -> some.ids().stream()).toList());
  }

  private static void writeIn(Condition.Writer writer, String column, Extent extent) {
    if (extent.isEmpty()) {
      writer.add("1 = 0");
    } else {
      writer.in(column, extent);
    }
  }

  private void writeVisible(Condition.Writer writer) {
    anyCell(
        writer,
        cell -> {
          writer.in("u.channel", cell.channels());
          if (!cell.servers().all()) {
            writer
                .add(" AND EXISTS (SELECT 1 FROM role seen WHERE seen.user_id = u.user_id AND ")
                .in("seen.server_id", cell.servers())
                .add(")");
          }
        });
  }

  private void anyCell(Condition.Writer writer, Consumer<Cell> write) {
    if (everything() || nothing()) {
      writer.add(everything() ? "1 = 1" : "1 = 0");
      return;
    }
    String before = "(";
    for (Cell cell : cells) {
      writer.add(before).add("(");
      write.accept(cell);
      writer.add(")");
      before = " OR ";
    }
    writer.add(")");
  }

  private Condition condition(Consumer<Condition.Writer> write) {
    Condition.Writer writer = new Condition.Writer();
    writer.add("(? IS NOT NULL AND ").value(proof);
    write.accept(writer);
    return writer.add(")").written();
  }
}
