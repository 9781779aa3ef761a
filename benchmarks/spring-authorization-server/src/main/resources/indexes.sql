-- Each column that a token is looked up by. The schema has none of these, so that a look would read every row:
-- https://github.com/spring-projects/spring-security/issues/19703
CREATE INDEX ix_state ON oauth2_authorization (state);
CREATE INDEX ix_authorization_code ON oauth2_authorization (authorization_code_value(200));
CREATE INDEX ix_access_token ON oauth2_authorization (access_token_value(600));
CREATE INDEX ix_id_token ON oauth2_authorization (oidc_id_token_value(600));
CREATE INDEX ix_refresh_token ON oauth2_authorization (refresh_token_value(200));
CREATE INDEX ix_user_code ON oauth2_authorization (user_code_value(200));
CREATE INDEX ix_device_code ON oauth2_authorization (device_code_value(200));
