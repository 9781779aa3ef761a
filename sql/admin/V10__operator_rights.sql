-- Who may do what, and where. A grant gives the members of a group some permissions on some game servers and some channels;
-- what an operator may is the union of the grants of his groups, never a product of unions. A super admin may do everything.

CREATE TABLE channel (
  channel    VARCHAR(32) NOT NULL,
  name       VARCHAR(64) NOT NULL COMMENT 'for people',
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (channel)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE game_server (
  server_id  VARCHAR(32) NOT NULL,
  name       VARCHAR(64) NOT NULL COMMENT 'for people',
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (server_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Whoever is granted a group of servers gets those that are added to it later, too.
CREATE TABLE server_group (
  server_group_id BIGINT      NOT NULL AUTO_INCREMENT,
  name            VARCHAR(64) NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (server_group_id),
  UNIQUE KEY server_group_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE server_group_server (
  server_group_id BIGINT      NOT NULL,
  server_id       VARCHAR(32) NOT NULL,
  PRIMARY KEY (server_group_id, server_id),
  CONSTRAINT server_group_server_group FOREIGN KEY (server_group_id) REFERENCES server_group (server_group_id) ON DELETE CASCADE,
  CONSTRAINT server_group_server_server FOREIGN KEY (server_id) REFERENCES game_server (server_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A deleted operator stays, for the record; his name is free for another one.
ALTER TABLE operator
  ADD COLUMN display_name VARCHAR(64) NOT NULL DEFAULT '' AFTER name,
  ADD COLUMN super_admin  BOOLEAN     NOT NULL DEFAULT FALSE COMMENT 'one of them that is active always remains' AFTER role,
  ADD COLUMN deleted_at   DATETIME(3) NULL,
  ADD COLUMN living_name  VARCHAR(64) AS (IF(deleted_at IS NULL, name, NULL)) STORED COMMENT 'null once deleted, and nulls are never the same',
  DROP KEY operator_name,
  ADD UNIQUE KEY operator_living_name (living_name);

CREATE TABLE operator_group (
  group_id   BIGINT       NOT NULL AUTO_INCREMENT,
  name       VARCHAR(64)  NOT NULL,
  note       VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'for people: what it is for',
  created_at DATETIME(3)  NOT NULL,
  PRIMARY KEY (group_id),
  UNIQUE KEY operator_group_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE operator_group_member (
  group_id    BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  PRIMARY KEY (group_id, operator_id),
  KEY operator_group_member_operator (operator_id),
  CONSTRAINT operator_group_member_group FOREIGN KEY (group_id) REFERENCES operator_group (group_id) ON DELETE CASCADE,
  CONSTRAINT operator_group_member_operator FOREIGN KEY (operator_id) REFERENCES operator (operator_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE operator_grant (
  grant_id     BIGINT      NOT NULL AUTO_INCREMENT,
  group_id     BIGINT      NOT NULL,
  all_servers  BOOLEAN     NOT NULL COMMENT 'those to come included; else those of operator_grant_server and operator_grant_server_group',
  all_channels BOOLEAN     NOT NULL COMMENT 'those to come included; else those of operator_grant_channel',
  created_by   VARCHAR(64) NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  PRIMARY KEY (grant_id),
  KEY operator_grant_group (group_id),
  CONSTRAINT operator_grant_group FOREIGN KEY (group_id) REFERENCES operator_group (group_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE operator_grant_permission (
  grant_id   BIGINT      NOT NULL,
  permission VARCHAR(64) NOT NULL COMMENT 'one that the service does not know gives nothing',
  PRIMARY KEY (grant_id, permission),
  CONSTRAINT operator_grant_permission_grant FOREIGN KEY (grant_id) REFERENCES operator_grant (grant_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What a grant names cannot be deleted, so that no later namesake falls under an old grant.
CREATE TABLE operator_grant_channel (
  grant_id BIGINT      NOT NULL,
  channel  VARCHAR(32) NOT NULL,
  PRIMARY KEY (grant_id, channel),
  CONSTRAINT operator_grant_channel_grant FOREIGN KEY (grant_id) REFERENCES operator_grant (grant_id) ON DELETE CASCADE,
  CONSTRAINT operator_grant_channel_channel FOREIGN KEY (channel) REFERENCES channel (channel)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE operator_grant_server (
  grant_id  BIGINT      NOT NULL,
  server_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (grant_id, server_id),
  CONSTRAINT operator_grant_server_grant FOREIGN KEY (grant_id) REFERENCES operator_grant (grant_id) ON DELETE CASCADE,
  CONSTRAINT operator_grant_server_server FOREIGN KEY (server_id) REFERENCES game_server (server_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE operator_grant_server_group (
  grant_id        BIGINT NOT NULL,
  server_group_id BIGINT NOT NULL,
  PRIMARY KEY (grant_id, server_group_id),
  CONSTRAINT operator_grant_server_group_grant FOREIGN KEY (grant_id) REFERENCES operator_grant (grant_id) ON DELETE CASCADE,
  CONSTRAINT operator_grant_server_group_group FOREIGN KEY (server_group_id) REFERENCES server_group (server_group_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Raised in the transaction of every change of rights. Each request reads it together with the operator's session,
-- and whoever remembers rights of another version reads them again.
CREATE TABLE rights_version (
  id      TINYINT NOT NULL,
  version BIGINT  NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT rights_version_one_row CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO rights_version (id, version) VALUES (1, 1);

-- What the roles VIEWER and OPERATOR could do, everywhere, as groups that may be changed like any other one. ADMIN could do everything.
INSERT INTO channel (channel, name, created_at) VALUES ('default', 'default', UTC_TIMESTAMP(3));

INSERT INTO operator_group (group_id, name, note, created_at) VALUES
  (1, 'viewers', 'look at everything about players, change nothing', UTC_TIMESTAMP(3)),
  (2, 'operators', 'look at players, ban and lift, log out, delete and restore', UTC_TIMESTAMP(3));

INSERT INTO operator_grant (grant_id, group_id, all_servers, all_channels, created_by, created_at) VALUES
  (1, 1, TRUE, TRUE, '', UTC_TIMESTAMP(3)),
  (2, 2, TRUE, TRUE, '', UTC_TIMESTAMP(3));

INSERT INTO operator_grant_permission (grant_id, permission) VALUES
  (1, 'ACCOUNT_READ'), (1, 'ROLE_READ'), (1, 'BAN_READ'), (1, 'ROLE_SYNC_READ'), (1, 'KEY_READ'), (1, 'DIRECTORY_READ'), (1, 'SYSTEM_READ'),
  (2, 'ACCOUNT_READ'), (2, 'ROLE_READ'), (2, 'BAN_READ'), (2, 'ROLE_SYNC_READ'), (2, 'KEY_READ'), (2, 'DIRECTORY_READ'), (2, 'SYSTEM_READ'),
  (2, 'ACCOUNT_LIST'), (2, 'ACCOUNT_KICK'), (2, 'ACCOUNT_DELETE'), (2, 'BAN_WRITE'), (2, 'BAN_BATCH'), (2, 'ROLE_SYNC_WRITE'), (2, 'AUDIT_READ'), (2, 'IMPORT_READ');

INSERT INTO operator_group_member (group_id, operator_id)
SELECT IF(role = 'VIEWER', 1, 2), operator_id FROM operator WHERE role <> 'ADMIN';

UPDATE operator SET super_admin = TRUE WHERE role = 'ADMIN';

ALTER TABLE operator DROP COLUMN role;
