package io.usercenter.admin;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import io.usercenter.transfer.FileDigest;
import io.usercenter.transfer.FileFormat;
import io.usercenter.transfer.ImportJob;
import io.usercenter.transfer.ImportJobs;
import io.usercenter.transfer.ImportProgress;
import io.usercenter.transfer.OtherFileException;
import io.usercenter.transfer.Reject;
import io.usercenter.transfer.Rejects;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.stereotype.Component;

/** The imports that operators start and look at. */
@Component
final class Imports {
  private static final int PART = 1 << 20;
  private static final int NEWEST = 50;

  private final ImportJobs jobs;
  private final ShardScatter scatter;
  private final Rejects rejects;
  private final ImportLimits limits;

  Imports(ShardPools pools, InstantSource clock, ImportLimits limits) {
    this.jobs = new ImportJobs(pools.admin(), clock);
    this.scatter = new ShardScatter(pools);
    this.rejects = new Rejects(scatter);
    this.limits = limits;
  }

  /**
   * Keeps a file in the admin database and makes it a job. The same file under the same name is the
   * same job, so sending it again after a lost answer is safe.
   */
  ImportJob receive(
      String name, FileFormat format, long maxRejects, InputStream body, String createdBy) {
    return answered(
        () -> {
          long upload = jobs.upload(format, maxRejects, createdBy);
          boolean whole = false;
          try {
            FileDigest digest = keep(upload, body);
            whole = true;
            return jobs.uploaded(upload, name, format, digest);
          } catch (OtherFileException e) {
            throw new ApiException(ErrorCode.IMPORT_FILE_DIFFERS, String.valueOf(e.getMessage()));
          } finally {
            if (!whole) {
              jobs.drop(upload);
            }
          }
        });
  }

  private FileDigest keep(long upload, InputStream body) throws IOException, SQLException {
    FileDigest.Meter meter = FileDigest.meter(body);
    byte[] data = meter.readNBytes(PART);
    for (int part = 0; data.length > 0; part++) {
      if ((long) part * PART + data.length > limits.maxUpload().toBytes()) {
        throw new ApiException(
            ErrorCode.PAYLOAD_TOO_LARGE,
            "a file to import may have %d bytes here; ./uc import takes any"
                .formatted(limits.maxUpload().toBytes()));
      }
      jobs.keep(upload, part, data);
      data = meter.readNBytes(PART);
    }
    return meter.digest();
  }

  /** Until when accounts were imported; empty when none ever were. */
  Optional<Instant> lastEnd() {
    return answered(jobs::lastEnd);
  }

  List<ImportJob> newest() {
    return answered(() -> jobs.newest(NEWEST));
  }

  Optional<ImportJob> byId(long jobId) {
    return answered(() -> jobs.byId(jobId));
  }

  ImportProgress progress(long jobId) {
    return answered(() -> ImportProgress.of(scatter, jobId));
  }

  List<Reject> rejects(long jobId, long after, int limit) {
    return answered(() -> rejects.page(jobId, after, limit));
  }

  boolean goOn(long jobId, long maxRejects) {
    return answered(() -> jobs.goOn(jobId, maxRejects));
  }

  private interface Question<T> {
    T ask() throws SQLException, IOException, InterruptedException;
  }

  private static <T> T answered(Question<T> question) {
    try {
      return question.ask();
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("asking about imports", e);
    } catch (IOException e) {
      throw new ApiException(ErrorCode.MALFORMED_REQUEST, "the body ended before its end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking about imports", e);
    }
  }
}
