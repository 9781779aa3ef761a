package io.usercenter.scope;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A condition of SQL. It holds when the row is in scope, and binds the proof that {@link
 * ScopeGuard} looks for.
 *
 * @param sql in brackets, with a {@code ?} for each value
 * @param values ids and the proof
 */
public record Condition(String sql, List<String> values) {
  public Condition {
    values = List.copyOf(values);
  }

  /** For MyBatis, where this is the parameter {@code scope}. No id is written into it. */
  public String text() {
    StringBuilder text = new StringBuilder();
    int value = 0;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '?') {
        text.append("#{scope.values[").append(value++).append("]}");
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /**
   * Sets the values.
   *
   * @param from index of the first one
   * @return the index behind the last one
   */
  public int bind(PreparedStatement statement, int from) throws SQLException {
    int index = from;
    for (String value : values) {
      statement.setString(index++, value);
    }
    return index;
  }

  /** Puts conditions together. */
  static final class Writer {
    private final StringBuilder sql = new StringBuilder();
    private final List<String> values = new ArrayList<>();

    Writer add(String text) {
      sql.append(text);
      return this;
    }

    Writer value(String value) {
      values.add(value);
      return this;
    }

    /** Nothing for all; texts of few different lengths, since each one is prepared anew. */
    Writer in(String column, Extent extent) {
      if (extent.all()) {
        return add("1 = 1");
      }
      add(column).add(" IN (");
      int places = Math.max(1, Integer.highestOneBit(2 * extent.ids().size() - 1));
      for (int i = 0; i < places; i++) {
        add(i == 0 ? "?" : ", ?");
        value(extent.ids().get(Math.min(i, extent.ids().size() - 1)));
      }
      return add(")");
    }

    Condition written() {
      return new Condition(sql.toString(), values);
    }
  }
}
