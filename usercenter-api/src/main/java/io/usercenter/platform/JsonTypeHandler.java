package io.usercenter.platform;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.ibatis.type.JdbcType;
import org.apache.ibatis.type.TypeHandler;
import org.apache.ibatis.type.TypeHandlerRegistry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A value that is a JSON column in the shards. A bean of a module makes its mappers know it. */
public final class JsonTypeHandler<T> implements TypeHandler<T> {
  private static final JsonMapper JSON = new JsonMapper();

  private final Class<T> type;

  public JsonTypeHandler(Class<T> type) {
    this.type = type;
  }

  void registerAt(TypeHandlerRegistry handlers) {
    handlers.register(type, this);
  }

  @Override
  public void setParameter(PreparedStatement ps, int i, @Nullable T value, @Nullable JdbcType jdbc)
      throws SQLException {
    ps.setString(i, value == null ? null : JSON.writeValueAsString(value));
  }

  @Override
  public @Nullable T getResult(ResultSet rs, String column) throws SQLException {
    return read(rs.getString(column));
  }

  @Override
  public @Nullable T getResult(ResultSet rs, int column) throws SQLException {
    return read(rs.getString(column));
  }

  @Override
  public @Nullable T getResult(CallableStatement cs, int column) throws SQLException {
    return read(cs.getString(column));
  }

  private @Nullable T read(@Nullable String json) {
    return json == null ? null : JSON.readValue(json, type);
  }
}
