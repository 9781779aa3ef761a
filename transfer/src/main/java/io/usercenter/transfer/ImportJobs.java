package io.usercenter.transfer;

import io.usercenter.transfer.ImportJob.Source;
import io.usercenter.transfer.ImportJob.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The imports, in the admin database: which file each is about, and who works on it. */
public final class ImportJobs {
  /** ER_DUP_ENTRY. */
  private static final int DUPLICATE = 1062;

  private static final int DETAIL_LENGTH = 255;
  private static final String SELECT =
      "SELECT job_id, name, source, format, bytes, sha256, max_rejects, state, detail, runner,"
          + " created_by, created_at, ended_at FROM import_job WHERE name IS NOT NULL AND ";

  private final DataSource admin;
  private final InstantSource clock;

  public ImportJobs(DataSource admin, InstantSource clock) {
    this.admin = admin;
    this.clock = clock;
  }

  /**
   * The job for this file: a new one, or the one that has this name.
   *
   * @throws OtherFileException if the job of this name is about another file
   */
  public ImportJob ofFile(
      String name,
      FileFormat format,
      FileDigest digest,
      long maxRejects,
      String createdBy,
      String runner)
      throws SQLException, OtherFileException {
    Optional<ImportJob> known = byName(name);
    if (known.isPresent()) {
      return same(known.get(), Source.FILE, format, digest);
    }
    try (Connection connection = admin.getConnection()) {
      long id =
          insert(connection, Source.FILE, format, maxRejects, State.RUNNING.name(), createdBy);
      if (!give(connection, id, name, digest, State.RUNNING, runner)) {
        delete(connection, id);
      }
    }
    return same(byName(name).orElseThrow(), Source.FILE, format, digest);
  }

  /** Until when accounts were imported; empty when none ever were. */
  public Optional<Instant> lastEnd() throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT MAX(COALESCE(ended_at, ?)) FROM import_job")) {
      select.setObject(1, utc(clock.instant()));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getObject(1, LocalDateTime.class))
            .map(end -> end.toInstant(ZoneOffset.UTC));
      }
    }
  }

  /** A place for the parts of an upload. It is no job before {@link #uploaded}. */
  public long upload(FileFormat format, long maxRejects, String createdBy) throws SQLException {
    try (Connection connection = admin.getConnection()) {
      return insert(connection, Source.UPLOAD, format, maxRejects, "UPLOADING", createdBy);
    }
  }

  /**
   * Keeps a part of a file.
   *
   * @param part counted from 0
   */
  public void keep(long uploadId, int part, byte[] data) throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO import_chunk (job_id, part, data) VALUES (?, ?, ?)")) {
      insert.setLong(1, uploadId);
      insert.setInt(2, part);
      insert.setBytes(3, data);
      insert.executeUpdate();
    }
  }

  /** A part of a file; null after the last one. */
  public byte @Nullable [] part(long jobId, int part) throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT data FROM import_chunk WHERE job_id = ? AND part = ?")) {
      select.setLong(1, jobId);
      select.setInt(2, part);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getBytes(1) : null;
      }
    }
  }

  /**
   * Makes a whole upload a job, or finds the job of this name if that is about the same file; the
   * upload is dropped then.
   *
   * @throws OtherFileException if the job of this name is about another file
   */
  public ImportJob uploaded(long uploadId, String name, FileFormat format, FileDigest digest)
      throws SQLException, OtherFileException {
    try (Connection connection = admin.getConnection()) {
      if (!give(connection, uploadId, name, digest, State.WAITING, "")) {
        delete(connection, uploadId);
      }
    }
    return same(byName(name).orElseThrow(), Source.UPLOAD, format, digest);
  }

  /** Drops an upload, or what is left of one. */
  public void drop(long uploadId) throws SQLException {
    try (Connection connection = admin.getConnection()) {
      delete(connection, uploadId);
    }
  }

  /** Drops uploads that were begun before this and never became a job. */
  public void dropUploadsBefore(Instant before) throws SQLException {
    try (Connection connection = admin.getConnection()) {
      List<Long> stale = new ArrayList<>();
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT job_id FROM import_job WHERE name IS NULL AND created_at < ?")) {
        select.setObject(1, utc(before));
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            stale.add(rows.getLong(1));
          }
        }
      }
      for (long id : stale) {
        delete(connection, id);
      }
    }
  }

  private static ImportJob same(ImportJob job, Source source, FileFormat format, FileDigest digest)
      throws OtherFileException {
    if (job.bytes() != digest.bytes() || !job.sha256().equals(digest.hex())) {
      throw new OtherFileException(
          "the import %s is about another file: that has %d bytes and SHA-256 %s, this %d and %s"
              .formatted(job.name(), job.bytes(), job.sha256(), digest.bytes(), digest.hex()));
    }
    if (job.source() != source || job.format() != format) {
      throw new OtherFileException(
          "the import %s has the source %s and the format %s"
              .formatted(job.name(), job.source(), job.format()));
    }
    return job;
  }

  public Optional<ImportJob> byName(String name) throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT + "name = ?")) {
      select.setString(1, name);
      return read(select).stream().findFirst();
    }
  }

  public Optional<ImportJob> byId(long jobId) throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT + "job_id = ?")) {
      select.setLong(1, jobId);
      return read(select).stream().findFirst();
    }
  }

  /** The newest ones, the newest first. */
  public List<ImportJob> newest(int limit) throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement select =
            connection.prepareStatement(SELECT + "TRUE ORDER BY job_id DESC LIMIT ?")) {
      select.setInt(1, limit);
      return read(select);
    }
  }

  /** Notes who works on the job of a file, which is whoever was started last. */
  public void running(long jobId, String runner) throws SQLException {
    update(
        "UPDATE import_job SET state = 'RUNNING', detail = '', runner = ? WHERE job_id = ?",
        runner,
        jobId);
  }

  /**
   * Takes an upload that nobody works on.
   *
   * @param lease others leave it alone for so long
   */
  public Optional<ImportJob> take(String runner, Duration lease) throws SQLException {
    Instant now = clock.instant();
    try (Connection connection = admin.getConnection()) {
      List<ImportJob> free;
      try (PreparedStatement select =
          connection.prepareStatement(
              SELECT
                  + "source = 'UPLOAD' AND (state = 'WAITING'"
                  + " OR (state = 'RUNNING' AND runner_until < ?)) ORDER BY job_id LIMIT 1")) {
        select.setObject(1, utc(now));
        free = read(select);
      }
      for (ImportJob job : free) {
        try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE import_job SET state = 'RUNNING', detail = '', runner = ?, runner_until = ?"
                    + " WHERE job_id = ? AND state = ? AND (runner_until IS NULL"
                    + " OR runner_until < ?)")) {
          update.setString(1, runner);
          update.setObject(2, utc(now.plus(lease)));
          update.setLong(3, job.jobId());
          update.setString(4, job.state().name());
          update.setObject(5, utc(now));
          if (update.executeUpdate() == 1) {
            return Optional.of(job);
          }
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Keeps others away for longer.
   *
   * @return false: somebody else has the job, or it has ended
   */
  public boolean keepLease(long jobId, String runner, Duration lease) throws SQLException {
    return update(
            "UPDATE import_job SET runner_until = ? WHERE job_id = ? AND runner = ?"
                + " AND state = 'RUNNING'",
            utc(clock.instant().plus(lease)),
            jobId,
            runner)
        == 1;
  }

  /** Lets a stopped upload go on. False: it was not stopped. */
  public boolean goOn(long jobId, long maxRejects) throws SQLException {
    return update(
            "UPDATE import_job SET state = 'WAITING', detail = '', runner_until = NULL,"
                + " max_rejects = ? WHERE job_id = ? AND source = 'UPLOAD' AND state = 'STOPPED'",
            maxRejects,
            jobId)
        == 1;
  }

  /** Gives an upload back, for another process to go on with it at once. */
  public void giveBack(long jobId, String runner) throws SQLException {
    update(
        "UPDATE import_job SET state = 'WAITING', runner_until = NULL"
            + " WHERE job_id = ? AND runner = ? AND state = 'RUNNING'",
        jobId,
        runner);
  }

  /** Notes how a run of this runner ended; the parts of an upload that is done are deleted. */
  public void ended(long jobId, String runner, ImportOutcome outcome) throws SQLException {
    State state =
        switch (outcome) {
          case ImportOutcome.Done() -> State.DONE;
          case ImportOutcome.Stopped(_) -> State.STOPPED;
          case ImportOutcome.Failed(_) -> State.FAILED;
        };
    String detail =
        switch (outcome) {
          case ImportOutcome.Done() -> "";
          case ImportOutcome.Stopped(String why) -> why;
          case ImportOutcome.Failed(String why) -> why;
        };
    int ended =
        update(
            "UPDATE import_job SET state = ?, detail = ?, ended_at = ?, runner_until = NULL"
                + " WHERE job_id = ? AND runner = ?",
            state.name(),
            detail.substring(0, Math.min(detail.length(), DETAIL_LENGTH)),
            utc(clock.instant()),
            jobId,
            runner);
    if (ended == 1 && state == State.DONE) {
      update("DELETE FROM import_chunk WHERE job_id = ?", jobId);
    }
  }

  private long insert(
      Connection connection,
      Source source,
      FileFormat format,
      long maxRejects,
      String state,
      String createdBy)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO import_job (source, format, bytes, max_rejects, state, created_by,"
                + " created_at) VALUES (?, ?, 0, ?, ?, ?, ?)",
            Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, source.name());
      insert.setString(2, format.name());
      insert.setLong(3, maxRejects);
      insert.setString(4, state);
      insert.setString(5, createdBy);
      insert.setObject(6, utc(clock.instant()));
      insert.executeUpdate();
      try (ResultSet key = insert.getGeneratedKeys()) {
        key.next();
        return key.getLong(1);
      }
    }
  }

  /** The unique key on the name decides every race. */
  private static boolean give(
      Connection connection, long id, String name, FileDigest digest, State state, String runner)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE import_job SET name = ?, bytes = ?, sha256 = ?, state = ?, runner = ?"
                + " WHERE job_id = ?")) {
      update.setString(1, name);
      update.setLong(2, digest.bytes());
      update.setBytes(3, HexFormat.of().parseHex(digest.hex()));
      update.setString(4, state.name());
      update.setString(5, runner);
      update.setLong(6, id);
      return update.executeUpdate() == 1;
    } catch (SQLException e) {
      if (e.getErrorCode() == DUPLICATE) {
        return false;
      }
      throw e;
    }
  }

  private static void delete(Connection connection, long id) throws SQLException {
    for (String table : List.of("import_chunk", "import_job")) {
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM " + table + " WHERE job_id = ?")) {
        delete.setLong(1, id);
        delete.executeUpdate();
      }
    }
  }

  private int update(String sql, Object... values) throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        update.setObject(i + 1, values[i]);
      }
      return update.executeUpdate();
    }
  }

  private static List<ImportJob> read(PreparedStatement select) throws SQLException {
    List<ImportJob> jobs = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        LocalDateTime ended = row.getObject(13, LocalDateTime.class);
        jobs.add(
            new ImportJob(
                row.getLong(1),
                row.getString(2),
                Source.valueOf(row.getString(3)),
                FileFormat.valueOf(row.getString(4)),
                row.getLong(5),
                HexFormat.of().formatHex(row.getBytes(6)),
                row.getLong(7),
                State.valueOf(row.getString(8)),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getObject(12, LocalDateTime.class).toInstant(ZoneOffset.UTC),
                ended == null ? null : ended.toInstant(ZoneOffset.UTC)));
      }
    }
    return jobs;
  }

  private static LocalDateTime utc(Instant instant) {
    return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
