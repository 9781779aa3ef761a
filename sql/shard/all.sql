-- V1 to V16, 07a70aef
-- What the scripts come to, for a database that is new. Written by NewDatabaseTest with -Dupdate.schema=true; do not edit.

CREATE TABLE `account_note` (
  `user_id` bigint NOT NULL,
  `note_id` bigint NOT NULL COMMENT 'minted like a user id, so it leads to the same shard',
  `operator` varchar(64) NOT NULL COMMENT 'who wrote it',
  `text` varchar(2000) NOT NULL,
  `written_at` datetime(3) NOT NULL,
  PRIMARY KEY (`user_id`,`note_id`),
  CONSTRAINT `account_note_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `ban` (
  `user_id` bigint NOT NULL,
  `ban_id` bigint NOT NULL COMMENT 'minted like a user id, so it leads to the same shard',
  `scope` varchar(16) NOT NULL COMMENT 'ACCOUNT, SERVER, FEATURE',
  `target` varchar(64) NOT NULL DEFAULT '' COMMENT 'server id or feature; empty for ACCOUNT',
  `reason_code` varchar(32) NOT NULL,
  `message` varchar(255) NOT NULL DEFAULT '' COMMENT 'what the player is told',
  `starts_at` datetime(3) NOT NULL,
  `ends_at` datetime(3) DEFAULT NULL COMMENT 'null: for ever',
  `created_by` varchar(64) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `lifted_at` datetime(3) DEFAULT NULL,
  `lifted_by` varchar(64) DEFAULT NULL,
  `batch_id` varchar(32) DEFAULT NULL COMMENT 'of ban_batch in usercenter_admin; null for a ban of its own',
  `kicks_at` datetime(3) DEFAULT NULL COMMENT 'when the sessions have to be ended; null once that is done, or was never needed',
  PRIMARY KEY (`user_id`,`ban_id`),
  UNIQUE KEY `ban_ban_id` (`ban_id`),
  UNIQUE KEY `ban_batch` (`user_id`,`batch_id`),
  KEY `ban_kicks_at` (`kicks_at`),
  CONSTRAINT `ban_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `flyway_schema_history` (
  `installed_rank` int NOT NULL,
  `version` varchar(50) DEFAULT NULL,
  `description` varchar(200) NOT NULL,
  `type` varchar(20) NOT NULL,
  `script` varchar(1000) NOT NULL,
  `checksum` int DEFAULT NULL,
  `installed_by` varchar(100) NOT NULL,
  `installed_on` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `execution_time` int NOT NULL,
  `success` tinyint(1) NOT NULL,
  PRIMARY KEY (`installed_rank`),
  KEY `flyway_schema_history_s_idx` (`success`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `idempotency` (
  `user_id` bigint NOT NULL COMMENT 'no user: a number made of whose key it is; its low five bits are the shard',
  `key_hash` binary(32) NOT NULL COMMENT 'HMAC-SHA-256 of whose key it is, and the key',
  `day` date NOT NULL COMMENT 'UTC, of created_at',
  `fingerprint` binary(32) NOT NULL COMMENT 'HMAC-SHA-256 of the request, passwords included: no plain digest',
  `claim` binary(16) NOT NULL COMMENT 'random, of the request that is at work',
  `claimed_until` datetime(3) NOT NULL COMMENT 'then another may take over: the process that had it has died',
  `created_at` datetime(3) NOT NULL,
  `mistakes` int NOT NULL DEFAULT '0' COMMENT 'other requests that came with the key; after some it answers nobody',
  `answer` mediumblob COMMENT 'AES-256-GCM over JSON, it may hold tokens; null while in flight',
  PRIMARY KEY (`user_id`,`key_hash`,`day`),
  CONSTRAINT `idempotency_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
/*!50500 PARTITION BY RANGE  COLUMNS(`day`)
(PARTITION p_rest VALUES LESS THAN (MAXVALUE) ENGINE = InnoDB) */;

CREATE TABLE `identity` (
  `identity_key` varchar(288) NOT NULL COMMENT 'provider:subject',
  `owner_id` bigint NOT NULL COMMENT 'the account, wherever it is',
  `state` varchar(16) NOT NULL COMMENT 'RESERVED, CONFIRMED, LEAVING, RELEASED (a name nobody else gets before `until`)',
  `fence` int NOT NULL COMMENT 'identity_epoch of the account when the change began',
  `token` bigint NOT NULL DEFAULT '0' COMMENT 'random, another one whenever a change begins',
  `until` datetime(3) DEFAULT NULL COMMENT 'RESERVED, LEAVING: when anybody may settle it; RELEASED: when it is free',
  PRIMARY KEY (`identity_key`),
  KEY `identity_state_until` (`state`,`until`),
  KEY `identity_owner` (`owner_id`),
  CONSTRAINT `identity_in_its_shard` CHECK ((((crc32(`identity_key`) & 31) = ${shard}) or (`identity_key` like _utf8mb4'username:%') or (`identity_key` like _utf8mb4'#${shard}:%')))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `import_progress` (
  `job_id` bigint NOT NULL,
  `line` bigint NOT NULL COMMENT 'this and all before it are done, as far as they are of this shard',
  `imported` bigint NOT NULL COMMENT 'accounts',
  `rejected` bigint NOT NULL COMMENT 'lines, as many as there are rows in import_reject',
  `complete` tinyint(1) NOT NULL COMMENT 'the file has no more lines for this shard',
  `run` int NOT NULL DEFAULT '0' COMMENT 'raised by every process that begins; an older one may not write any more',
  `reserved` json DEFAULT NULL COMMENT '[[user_id, server_id, role_id]..] that may be in role_locator, of accounts that are not there (yet)',
  PRIMARY KEY (`job_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `import_reject` (
  `job_id` bigint NOT NULL,
  `line` bigint NOT NULL,
  `code` varchar(32) NOT NULL,
  `message` varchar(255) NOT NULL COMMENT 'for people; never a name or a part of a hash',
  PRIMARY KEY (`job_id`,`line`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `outbox` (
  `seq` bigint NOT NULL AUTO_INCREMENT,
  `user_id` bigint NOT NULL,
  `kind` varchar(32) NOT NULL,
  `payload` json NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `announced_at` datetime(3) DEFAULT NULL COMMENT 'null: waits to be announced',
  PRIMARY KEY (`seq`),
  KEY `outbox_announced` (`announced_at`,`seq`),
  CONSTRAINT `outbox_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `parked_role` (
  `user_id` bigint NOT NULL,
  `server_id` varchar(32) NOT NULL,
  `role_id` varchar(64) NOT NULL,
  `channel` varchar(32) NOT NULL DEFAULT '',
  `name` varchar(64) NOT NULL DEFAULT '',
  `level` int NOT NULL DEFAULT '0',
  `job` varchar(32) NOT NULL DEFAULT '',
  `power` bigint NOT NULL DEFAULT '0',
  `last_login_at` datetime(3) DEFAULT NULL,
  `state` varchar(16) NOT NULL,
  `revision` bigint NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  `server_epoch` int NOT NULL DEFAULT '0',
  `parked_at` datetime(3) NOT NULL DEFAULT (utc_timestamp(3)) COMMENT 'when the first of its events came',
  `more` text COMMENT 'as in `role`',
  PRIMARY KEY (`user_id`,`server_id`,`role_id`),
  KEY `parked_role_time` (`parked_at`),
  CONSTRAINT `parked_role_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `role` (
  `user_id` bigint NOT NULL,
  `server_id` varchar(32) NOT NULL,
  `role_id` varchar(64) NOT NULL COMMENT 'unique on its game server',
  `channel` varchar(32) NOT NULL DEFAULT '',
  `name` varchar(64) NOT NULL DEFAULT '',
  `level` int NOT NULL DEFAULT '0',
  `job` varchar(32) NOT NULL DEFAULT '',
  `power` bigint NOT NULL DEFAULT '0',
  `last_login_at` datetime(3) DEFAULT NULL,
  `state` varchar(16) NOT NULL COMMENT 'ACTIVE, DELETED (a tombstone that keeps its revision)',
  `revision` bigint NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  `created_at` datetime(3) DEFAULT NULL COMMENT 'as the import told; null when it did not, and for characters that a game server told of first',
  `server_epoch` int NOT NULL DEFAULT '0' COMMENT 'raised by a game server that was set back; compared before revision',
  `more` text COMMENT 'JSON object: members of `role` in events that the listener did not know; null when none',
  PRIMARY KEY (`user_id`,`server_id`,`role_id`),
  KEY `role_server` (`server_id`,`user_id`,`role_id`),
  KEY `role_name` (`name`),
  CONSTRAINT `role_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `role_feed` (
  `server_id` varchar(32) NOT NULL,
  `publisher` varchar(32) NOT NULL COMMENT 'its numbers begin at 1 and leave none out, in each shard',
  `seen_to` bigint NOT NULL COMMENT 'every number up to this one has come',
  `ahead` text NOT NULL COMMENT 'what has come beyond it, as ranges: 7-9,12; empty when nothing is missing',
  `stuck_at` datetime(3) DEFAULT NULL COMMENT 'since when the next number is missing although later ones have come',
  `seen_at` datetime(3) NOT NULL COMMENT 'when the last one came',
  PRIMARY KEY (`server_id`,`publisher`),
  KEY `role_feed_stuck` (`stuck_at`),
  KEY `role_feed_seen` (`seen_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `role_locator` (
  `role_id` varchar(64) NOT NULL,
  `server_id` varchar(32) NOT NULL,
  `user_id` bigint NOT NULL,
  `revision` bigint NOT NULL,
  `server_epoch` int NOT NULL DEFAULT '0',
  `ousted_user_id` bigint DEFAULT NULL COMMENT 'the owner before, while his row may still show the character; null when that is settled',
  PRIMARY KEY (`role_id`,`server_id`),
  CONSTRAINT `role_locator_in_its_shard` CHECK (((crc32(`role_id`) & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `session` (
  `user_id` bigint NOT NULL,
  `session_id` bigint NOT NULL COMMENT 'minted like a user id, so it leads to the same shard',
  `device_class` varchar(16) NOT NULL,
  `device_id` varchar(128) DEFAULT NULL,
  `channel` varchar(32) NOT NULL,
  `generation` int NOT NULL COMMENT 'of the refresh token that is good now',
  `rotated_at` datetime(3) NOT NULL COMMENT 'when generation - 1 was traded in',
  `created_at` datetime(3) NOT NULL,
  `created_ip` varchar(45) NOT NULL,
  `last_used_at` datetime(3) NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `revoked_at` datetime(3) DEFAULT NULL,
  `revoke_reason` varchar(16) DEFAULT NULL COMMENT 'LOGOUT, KICKED, REPLACED, BANNED, PASSWORD, THEFT',
  PRIMARY KEY (`user_id`,`session_id`),
  CONSTRAINT `session_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `shard_meta` (
  `id` tinyint NOT NULL,
  `shard` tinyint NOT NULL,
  `gene_function` varchar(16) NOT NULL,
  `epoch` int NOT NULL COMMENT 'raised when the shard was restored or moved',
  `created_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `shard_meta_one_row` CHECK ((`id` = 1)),
  CONSTRAINT `shard_meta_right_shard` CHECK ((`shard` = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `user` (
  `user_id` bigint NOT NULL COMMENT 'low five bits = this shard, low eight bits = gene of username',
  `username` varchar(32) NOT NULL COMMENT 'canonical: NFKC, trimmed, case-folded',
  `login_name` varchar(32) DEFAULT NULL COMMENT 'the name now, when it is not `username`; its identity row is in the shard of that name',
  `renamed_at` datetime(3) DEFAULT NULL,
  `display_name` varchar(64) NOT NULL COMMENT 'what others see: chosen, or the name as typed',
  `nickname` varchar(64) DEFAULT NULL,
  `password_hash` varchar(255) DEFAULT NULL COMMENT 'PHC string: algorithm, parameters, salt, hash; null: none was chosen',
  `status` varchar(16) NOT NULL COMMENT 'ACTIVE, PENDING_DELETION, ERASING, ERASED (only the id is left)',
  `auth_epoch` int NOT NULL COMMENT 'access tokens with a smaller epoch are refused',
  `identity_epoch` int NOT NULL DEFAULT '0' COMMENT 'raised with every change of user_identity; a change that was prepared under a smaller one is refused',
  `channel` varchar(32) NOT NULL,
  `register_time` datetime(3) NOT NULL,
  `register_ip` varchar(45) NOT NULL,
  `register_device` varchar(128) DEFAULT NULL,
  `last_login_time` datetime(3) DEFAULT NULL,
  `last_login_ip` varchar(45) DEFAULT NULL,
  `import_job` bigint DEFAULT NULL COMMENT 'import_job.job_id in usercenter_admin; null: registered here',
  `import_line` bigint DEFAULT NULL COMMENT 'of that file, counted from 1',
  `profile` json DEFAULT NULL COMMENT 'what the player says of himself: language, country, timeZone, avatar, about',
  `erase_after` datetime(3) DEFAULT NULL COMMENT 'PENDING_DELETION: until then it may be restored; ERASING: when to look at it again; else null',
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `user_username` (`username`),
  KEY `user_erase_after` (`erase_after`),
  KEY `user_channel` (`channel`),
  CONSTRAINT `user_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `user_identity` (
  `user_id` bigint NOT NULL,
  `identity_key` varchar(288) NOT NULL,
  `linked_at` datetime(3) NOT NULL,
  PRIMARY KEY (`user_id`,`identity_key`),
  CONSTRAINT `user_identity_in_its_shard` CHECK (((`user_id` & 31) = ${shard}))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO shard_meta (id, shard, gene_function, epoch, created_at) VALUES (1, ${shard}, '${gene_function}', 1, UTC_TIMESTAMP(3));
