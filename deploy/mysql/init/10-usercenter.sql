-- Run once, when a data volume is new. The image has made the user from MYSQL_USER and MYSQL_PASSWORD
-- by then, so that no password stands in a file. He may do everything in usercenter_00 to usercenter_31
-- and usercenter_admin, because the service makes and upgrades them itself, and nothing elsewhere.
GRANT ALL PRIVILEGES ON `usercenter\_%`.* TO 'usercenter'@'%';
