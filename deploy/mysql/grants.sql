-- What the two accounts may do. Both exist by now. For a volume of an earlier version, once on every instance:
--   docker compose exec -T mysql-0 sh -c 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec mysql -uroot' < deploy/mysql/grants.sql
--
-- The service: everything in usercenter_00 to usercenter_31 and usercenter_admin; of the audit it may add lines and read them,
-- and have partitions made by a procedure, but change or remove none. (`_` stands for any one character, `\_` for itself.)
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'usercenter'@'%';
GRANT ALL PRIVILEGES ON `usercenter\___`.* TO 'usercenter'@'%';
GRANT ALL PRIVILEGES ON `usercenter\_admin`.* TO 'usercenter'@'%';
GRANT SELECT, INSERT, EXECUTE ON `usercenter\_audit`.* TO 'usercenter'@'%';
-- Who makes and upgrades the databases, and nothing elsewhere.
GRANT ALL PRIVILEGES ON `usercenter\_%`.* TO 'usercenter_migrate'@'%';
