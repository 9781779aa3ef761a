package io.usercenter.platform;

import io.usercenter.id.UserId;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.ibatis.type.BaseTypeHandler;
import org.apache.ibatis.type.JdbcType;
import org.apache.ibatis.type.MappedTypes;
import org.jspecify.annotations.Nullable;

/** A user id is a BIGINT in the database. */
@MappedTypes(UserId.class)
final class UserIdTypeHandler extends BaseTypeHandler<UserId> {
  @Override
  public void setNonNullParameter(PreparedStatement ps, int i, UserId id, @Nullable JdbcType type)
      throws SQLException {
    ps.setLong(i, id.value());
  }

  @Override
  public @Nullable UserId getNullableResult(ResultSet rs, String column) throws SQLException {
    return of(rs.getLong(column), rs.wasNull());
  }

  @Override
  public @Nullable UserId getNullableResult(ResultSet rs, int column) throws SQLException {
    return of(rs.getLong(column), rs.wasNull());
  }

  @Override
  public @Nullable UserId getNullableResult(CallableStatement cs, int column) throws SQLException {
    return of(cs.getLong(column), cs.wasNull());
  }

  private static @Nullable UserId of(long value, boolean wasNull) {
    return wasNull ? null : new UserId(value);
  }
}
