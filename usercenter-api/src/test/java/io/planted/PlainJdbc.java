package io.planted;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Goes to a pool past the mappers. */
final class PlainJdbc {
  String catalog(DataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return connection.getCatalog();
    }
  }
}
