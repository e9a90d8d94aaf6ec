-- V1__initial for sqlite

-- step 1: create table organizations
CREATE TABLE organizations (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  name VARCHAR(200) NOT NULL,
  slug VARCHAR(63) NOT NULL,
  status TEXT NOT NULL DEFAULT 'active',
  max_bots INTEGER,
  settings TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT ck_organizations_status CHECK (status IN ('active', 'suspended', 'closed')),
  CONSTRAINT ck_organizations_settings CHECK (json_valid(settings)),
  CONSTRAINT organizations_slug_lower CHECK (slug = lower(slug)),
  CONSTRAINT organizations_max_bots_positive CHECK (max_bots > 0)
);

-- step 1
CREATE UNIQUE INDEX uq_organizations_slug ON organizations (slug);

-- step 1
CREATE TRIGGER tr_organizations_updated_at_on_update AFTER UPDATE ON organizations FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE organizations SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 2: create table users
CREATE TABLE users (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  organization_id TEXT,
  username VARCHAR(64) NOT NULL,
  email VARCHAR(254) NOT NULL,
  email_verified_at TEXT,
  password_hash VARCHAR(255),
  password_changed_at TEXT,
  mfa_secret_ciphertext BLOB,
  mfa_secret_nonce BLOB,
  mfa_secret_key_version INTEGER,
  display_name VARCHAR(200),
  role TEXT NOT NULL DEFAULT 'user',
  status TEXT NOT NULL DEFAULT 'active',
  failed_login_count INTEGER NOT NULL DEFAULT 0,
  locked_until TEXT,
  last_login_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_users_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE SET NULL,
  CONSTRAINT ck_users_role CHECK (role IN ('user', 'manager', 'admin')),
  CONSTRAINT ck_users_status CHECK (status IN ('invited', 'active', 'disabled')),
  CONSTRAINT users_email_lower CHECK (email = lower(email)),
  CONSTRAINT users_password_is_argon2 CHECK (password_hash like '$argon2%'),
  CONSTRAINT users_mfa_secret_complete CHECK (mfa_secret_ciphertext is null or (mfa_secret_nonce is not null and mfa_secret_key_version is not null)),
  CONSTRAINT users_failed_login_count_not_negative CHECK (failed_login_count >= 0)
);

-- step 2
CREATE INDEX idx_users_organization_id ON users (organization_id);

-- step 2
CREATE INDEX idx_users_created_at ON users (created_at);

-- step 2
CREATE UNIQUE INDEX uq_users_username ON users (username);

-- step 2
CREATE UNIQUE INDEX uq_users_email ON users (email);

-- step 2
CREATE TRIGGER tr_users_updated_at_on_update AFTER UPDATE ON users FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE users SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 3: create table bots
CREATE TABLE bots (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  organization_id TEXT NOT NULL,
  name VARCHAR(200) NOT NULL,
  slug VARCHAR(63) NOT NULL,
  description TEXT,
  status TEXT NOT NULL DEFAULT 'draft',
  language VARCHAR(35) NOT NULL DEFAULT 'en',
  settings TEXT NOT NULL DEFAULT '{}',
  created_by TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_bots_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE RESTRICT,
  CONSTRAINT fk_bots_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT ck_bots_status CHECK (status IN ('draft', 'active', 'paused', 'archived')),
  CONSTRAINT ck_bots_settings CHECK (json_valid(settings)),
  CONSTRAINT bots_slug_lower CHECK (slug = lower(slug))
);

-- step 3
CREATE INDEX idx_bots_created_by ON bots (created_by);

-- step 3
CREATE UNIQUE INDEX uq_bots_organization_id_slug ON bots (organization_id, slug);

-- step 3
CREATE TRIGGER tr_bots_updated_at_on_update AFTER UPDATE ON bots FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE bots SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 4: create table basic_tools
CREATE TABLE basic_tools (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  bot_id TEXT NOT NULL,
  name VARCHAR(128) NOT NULL,
  description TEXT,
  source_path VARCHAR(500) NOT NULL,
  source_code TEXT NOT NULL,
  source_hash BLOB NOT NULL,
  parameters TEXT NOT NULL DEFAULT '{}',
  version INTEGER NOT NULL DEFAULT 1,
  is_active INTEGER NOT NULL DEFAULT 1,
  compiled_at TEXT,
  created_by TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_basic_tools_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_basic_tools_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT ck_basic_tools_parameters CHECK (json_valid(parameters)),
  CONSTRAINT ck_basic_tools_is_active CHECK (is_active IN (0, 1)),
  CONSTRAINT basic_tools_version_positive CHECK (version > 0)
);

-- step 4
CREATE INDEX idx_basic_tools_created_by ON basic_tools (created_by);

-- step 4
CREATE UNIQUE INDEX uq_basic_tools_bot_id_name ON basic_tools (bot_id, name);

-- step 4
CREATE UNIQUE INDEX uq_basic_tools_id_bot_id ON basic_tools (id, bot_id);

-- step 4
CREATE TRIGGER tr_basic_tools_updated_at_on_update AFTER UPDATE ON basic_tools FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE basic_tools SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 5: create table bot_configuration
CREATE TABLE bot_configuration (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  bot_id TEXT NOT NULL,
  config_key VARCHAR(128) NOT NULL,
  value_type TEXT NOT NULL DEFAULT 'string',
  config_value TEXT,
  secret_ciphertext BLOB,
  secret_nonce BLOB,
  secret_key_version INTEGER,
  description VARCHAR(500),
  updated_by TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_bot_configuration_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_bot_configuration_updated_by FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT ck_bot_configuration_value_type CHECK (value_type IN ('string', 'number', 'boolean', 'json', 'secret')),
  CONSTRAINT bot_configuration_secret_not_in_clear CHECK (value_type <> 'secret' or config_value is null),
  CONSTRAINT bot_configuration_only_secrets_encrypted CHECK (value_type = 'secret' or secret_ciphertext is null),
  CONSTRAINT bot_configuration_secret_complete CHECK (secret_ciphertext is null or (secret_nonce is not null and secret_key_version is not null))
);

-- step 5
CREATE INDEX idx_bot_configuration_updated_by ON bot_configuration (updated_by);

-- step 5
CREATE UNIQUE INDEX uq_bot_configuration_bot_id_config_key ON bot_configuration (bot_id, config_key);

-- step 5
CREATE TRIGGER tr_bot_configuration_updated_at_on_update AFTER UPDATE ON bot_configuration FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE bot_configuration SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 6: create table bot_memories
CREATE TABLE bot_memories (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  bot_id TEXT NOT NULL,
  memory_key VARCHAR(255) NOT NULL,
  memory_value TEXT NOT NULL,
  expires_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_bot_memories_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT ck_bot_memories_memory_value CHECK (json_valid(memory_value))
);

-- step 6
CREATE INDEX idx_bot_memories_expires_at ON bot_memories (expires_at);

-- step 6
CREATE UNIQUE INDEX uq_bot_memories_bot_id_memory_key ON bot_memories (bot_id, memory_key);

-- step 6
CREATE TRIGGER tr_bot_memories_updated_at_on_update AFTER UPDATE ON bot_memories FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE bot_memories SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 7: create table kb_collections
CREATE TABLE kb_collections (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  bot_id TEXT NOT NULL,
  name VARCHAR(200) NOT NULL,
  description TEXT,
  folder_path VARCHAR(500),
  vector_collection VARCHAR(200) NOT NULL,
  embedding_model VARCHAR(100) NOT NULL,
  embedding_dimensions INTEGER NOT NULL,
  document_count INTEGER NOT NULL DEFAULT 0,
  last_indexed_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_kb_collections_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT kb_collections_embedding_dimensions_positive CHECK (embedding_dimensions > 0),
  CONSTRAINT kb_collections_document_count_not_negative CHECK (document_count >= 0)
);

-- step 7
CREATE UNIQUE INDEX uq_kb_collections_bot_id_name ON kb_collections (bot_id, name);

-- step 7
CREATE UNIQUE INDEX uq_kb_collections_vector_collection ON kb_collections (vector_collection);

-- step 7
CREATE UNIQUE INDEX uq_kb_collections_id_bot_id ON kb_collections (id, bot_id);

-- step 7
CREATE TRIGGER tr_kb_collections_updated_at_on_update AFTER UPDATE ON kb_collections FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE kb_collections SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 8: create table kb_documents
CREATE TABLE kb_documents (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  collection_id TEXT NOT NULL,
  document_id VARCHAR(255) NOT NULL,
  title VARCHAR(500),
  source_uri TEXT,
  mime_type VARCHAR(127),
  size_bytes INTEGER NOT NULL DEFAULT 0,
  content_hash BLOB,
  status TEXT NOT NULL DEFAULT 'pending',
  chunk_count INTEGER NOT NULL DEFAULT 0,
  error_message TEXT,
  metadata TEXT NOT NULL DEFAULT '{}',
  source_modified_at TEXT,
  indexed_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_kb_documents_collection_id FOREIGN KEY (collection_id) REFERENCES kb_collections (id) ON DELETE CASCADE,
  CONSTRAINT ck_kb_documents_status CHECK (status IN ('pending', 'indexing', 'indexed', 'failed')),
  CONSTRAINT ck_kb_documents_metadata CHECK (json_valid(metadata)),
  CONSTRAINT kb_documents_size_bytes_not_negative CHECK (size_bytes >= 0),
  CONSTRAINT kb_documents_chunk_count_not_negative CHECK (chunk_count >= 0)
);

-- step 8
CREATE INDEX idx_kb_documents_content_hash ON kb_documents (content_hash);

-- step 8
CREATE INDEX idx_kb_documents_status_created_at ON kb_documents (status, created_at);

-- step 8
CREATE UNIQUE INDEX uq_kb_documents_collection_id_document_id ON kb_documents (collection_id, document_id);

-- step 8
CREATE TRIGGER tr_kb_documents_updated_at_on_update AFTER UPDATE ON kb_documents FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE kb_documents SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 9: create table system_automations
CREATE TABLE system_automations (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  bot_id TEXT NOT NULL,
  name VARCHAR(200) NOT NULL,
  kind TEXT NOT NULL,
  cron_expression VARCHAR(100),
  target VARCHAR(255),
  tool_id TEXT,
  parameters TEXT NOT NULL DEFAULT '{}',
  priority INTEGER NOT NULL DEFAULT 0,
  is_active INTEGER NOT NULL DEFAULT 1,
  next_run_at TEXT,
  last_run_at TEXT,
  last_status TEXT,
  last_error TEXT,
  failure_count INTEGER NOT NULL DEFAULT 0,
  created_by TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_system_automations_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_system_automations_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT fk_system_automations_tool_id_bot_id FOREIGN KEY (tool_id, bot_id) REFERENCES basic_tools (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT ck_system_automations_kind CHECK (kind IN ('row_inserted', 'row_updated', 'row_deleted', 'email_received', 'webhook', 'schedule')),
  CONSTRAINT ck_system_automations_parameters CHECK (json_valid(parameters)),
  CONSTRAINT ck_system_automations_is_active CHECK (is_active IN (0, 1)),
  CONSTRAINT ck_system_automations_last_status CHECK (last_status IN ('ok', 'error', 'timeout')),
  CONSTRAINT system_automations_schedule_has_cron CHECK (kind <> 'schedule' or cron_expression is not null),
  CONSTRAINT system_automations_priority_range CHECK (priority between 0 and 100),
  CONSTRAINT system_automations_failure_count_not_negative CHECK (failure_count >= 0)
);

-- step 9
CREATE INDEX idx_system_automations_is_active_next_run_at ON system_automations (is_active, next_run_at);

-- step 9
CREATE INDEX idx_system_automations_tool_id_bot_id ON system_automations (tool_id, bot_id);

-- step 9
CREATE INDEX idx_system_automations_created_by ON system_automations (created_by);

-- step 9
CREATE UNIQUE INDEX uq_system_automations_bot_id_name ON system_automations (bot_id, name);

-- step 9
CREATE TRIGGER tr_system_automations_updated_at_on_update AFTER UPDATE ON system_automations FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE system_automations SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 10: create table user_email_accounts
CREATE TABLE user_email_accounts (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id TEXT NOT NULL,
  email VARCHAR(254) NOT NULL,
  display_name VARCHAR(200),
  imap_host VARCHAR(253) NOT NULL,
  imap_port INTEGER NOT NULL DEFAULT 993,
  smtp_host VARCHAR(253) NOT NULL,
  smtp_port INTEGER NOT NULL DEFAULT 465,
  security TEXT NOT NULL DEFAULT 'tls',
  login_name VARCHAR(254) NOT NULL,
  password_ciphertext BLOB NOT NULL,
  password_nonce BLOB NOT NULL,
  password_key_version INTEGER NOT NULL,
  is_primary INTEGER NOT NULL DEFAULT 0,
  is_active INTEGER NOT NULL DEFAULT 1,
  last_synced_at TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_user_email_accounts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT ck_user_email_accounts_security CHECK (security IN ('tls', 'starttls')),
  CONSTRAINT ck_user_email_accounts_is_primary CHECK (is_primary IN (0, 1)),
  CONSTRAINT ck_user_email_accounts_is_active CHECK (is_active IN (0, 1)),
  CONSTRAINT user_email_accounts_imap_port_range CHECK (imap_port between 1 and 65535),
  CONSTRAINT user_email_accounts_smtp_port_range CHECK (smtp_port between 1 and 65535)
);

-- step 10
CREATE INDEX idx_user_email_accounts_is_active_last_synced_at ON user_email_accounts (is_active, last_synced_at);

-- step 10
CREATE UNIQUE INDEX uq_user_email_accounts_user_id_email ON user_email_accounts (user_id, email);

-- step 10
CREATE TRIGGER tr_user_email_accounts_updated_at_on_update AFTER UPDATE ON user_email_accounts FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE user_email_accounts SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 11: create table email_folders
CREATE TABLE email_folders (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  account_id TEXT NOT NULL,
  parent_id TEXT,
  name VARCHAR(255) NOT NULL,
  path VARCHAR(500) NOT NULL,
  kind TEXT NOT NULL DEFAULT 'custom',
  uid_validity INTEGER,
  unread_count INTEGER NOT NULL DEFAULT 0,
  total_count INTEGER NOT NULL DEFAULT 0,
  last_synced_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_email_folders_account_id FOREIGN KEY (account_id) REFERENCES user_email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_email_folders_parent_id FOREIGN KEY (parent_id) REFERENCES email_folders (id) ON DELETE CASCADE,
  CONSTRAINT ck_email_folders_kind CHECK (kind IN ('inbox', 'sent', 'drafts', 'archive', 'spam', 'trash', 'custom')),
  CONSTRAINT email_folders_unread_count_not_negative CHECK (unread_count >= 0),
  CONSTRAINT email_folders_total_count_not_negative CHECK (total_count >= 0)
);

-- step 11
CREATE INDEX idx_email_folders_parent_id ON email_folders (parent_id);

-- step 11
CREATE UNIQUE INDEX uq_email_folders_account_id_path ON email_folders (account_id, path);

-- step 11
CREATE TRIGGER tr_email_folders_updated_at_on_update AFTER UPDATE ON email_folders FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE email_folders SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 12: create table email_drafts
CREATE TABLE email_drafts (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  account_id TEXT NOT NULL,
  folder_id TEXT,
  to_recipients TEXT NOT NULL DEFAULT '[]',
  cc_recipients TEXT NOT NULL DEFAULT '[]',
  bcc_recipients TEXT NOT NULL DEFAULT '[]',
  subject VARCHAR(998) NOT NULL DEFAULT '',
  body TEXT,
  body_format TEXT NOT NULL DEFAULT 'plain',
  in_reply_to VARCHAR(255),
  attachments TEXT NOT NULL DEFAULT '[]',
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_email_drafts_account_id FOREIGN KEY (account_id) REFERENCES user_email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_email_drafts_folder_id FOREIGN KEY (folder_id) REFERENCES email_folders (id) ON DELETE SET NULL,
  CONSTRAINT ck_email_drafts_to_recipients CHECK (json_valid(to_recipients)),
  CONSTRAINT ck_email_drafts_cc_recipients CHECK (json_valid(cc_recipients)),
  CONSTRAINT ck_email_drafts_bcc_recipients CHECK (json_valid(bcc_recipients)),
  CONSTRAINT ck_email_drafts_body_format CHECK (body_format IN ('plain', 'html')),
  CONSTRAINT ck_email_drafts_attachments CHECK (json_valid(attachments))
);

-- step 12
CREATE INDEX idx_email_drafts_account_id_updated_at ON email_drafts (account_id, updated_at);

-- step 12
CREATE INDEX idx_email_drafts_folder_id ON email_drafts (folder_id);

-- step 12
CREATE TRIGGER tr_email_drafts_updated_at_on_update AFTER UPDATE ON email_drafts FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE email_drafts SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 13: create table user_login_tokens
CREATE TABLE user_login_tokens (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id TEXT NOT NULL,
  purpose TEXT NOT NULL DEFAULT 'login',
  token_hash BLOB NOT NULL,
  ip_address VARCHAR(45),
  user_agent VARCHAR(512),
  expires_at TEXT NOT NULL,
  last_used_at TEXT,
  revoked_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_user_login_tokens_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT ck_user_login_tokens_purpose CHECK (purpose IN ('login', 'remember_me', 'email_verification', 'password_reset', 'api'))
);

-- step 13
CREATE INDEX idx_user_login_tokens_user_id_purpose ON user_login_tokens (user_id, purpose);

-- step 13
CREATE INDEX idx_user_login_tokens_expires_at ON user_login_tokens (expires_at);

-- step 13
CREATE UNIQUE INDEX uq_user_login_tokens_token_hash ON user_login_tokens (token_hash);

-- step 13
CREATE TRIGGER tr_user_login_tokens_updated_at_on_update AFTER UPDATE ON user_login_tokens FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE user_login_tokens SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 14: create table user_preferences
CREATE TABLE user_preferences (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id TEXT NOT NULL,
  preference_key VARCHAR(128) NOT NULL,
  preference_value TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_user_preferences_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT ck_user_preferences_preference_value CHECK (json_valid(preference_value))
);

-- step 14
CREATE UNIQUE INDEX uq_user_preferences_user_id_preference_key ON user_preferences (user_id, preference_key);

-- step 14
CREATE TRIGGER tr_user_preferences_updated_at_on_update AFTER UPDATE ON user_preferences FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE user_preferences SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 15: create table user_sessions
CREATE TABLE user_sessions (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id TEXT NOT NULL,
  bot_id TEXT NOT NULL,
  token_hash BLOB NOT NULL,
  title VARCHAR(255),
  status TEXT NOT NULL DEFAULT 'active',
  context TEXT NOT NULL DEFAULT '{}',
  ip_address VARCHAR(45),
  user_agent VARCHAR(512),
  last_activity_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at TEXT NOT NULL,
  ended_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_user_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_user_sessions_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE RESTRICT,
  CONSTRAINT ck_user_sessions_status CHECK (status IN ('active', 'closed', 'revoked')),
  CONSTRAINT ck_user_sessions_context CHECK (json_valid(context))
);

-- step 15
CREATE INDEX idx_user_sessions_bot_id_user_id ON user_sessions (bot_id, user_id);

-- step 15
CREATE INDEX idx_user_sessions_user_id_created_at ON user_sessions (user_id, created_at);

-- step 15
CREATE INDEX idx_user_sessions_expires_at ON user_sessions (expires_at);

-- step 15
CREATE UNIQUE INDEX uq_user_sessions_token_hash ON user_sessions (token_hash);

-- step 15
CREATE UNIQUE INDEX uq_user_sessions_id_user_id ON user_sessions (id, user_id);

-- step 15
CREATE UNIQUE INDEX uq_user_sessions_id_bot_id ON user_sessions (id, bot_id);

-- step 15
CREATE TRIGGER tr_user_sessions_updated_at_on_update AFTER UPDATE ON user_sessions FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE user_sessions SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 16: create table clicks
CREATE TABLE clicks (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  bot_id TEXT NOT NULL,
  user_id TEXT,
  session_id TEXT,
  event_type TEXT NOT NULL DEFAULT 'click',
  campaign VARCHAR(100),
  target VARCHAR(255) NOT NULL,
  url TEXT,
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_clicks_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_clicks_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT fk_clicks_session_id FOREIGN KEY (session_id) REFERENCES user_sessions (id) ON DELETE SET NULL,
  CONSTRAINT ck_clicks_event_type CHECK (event_type IN ('click', 'open', 'submit', 'share', 'dismiss')),
  CONSTRAINT ck_clicks_metadata CHECK (json_valid(metadata))
);

-- step 16
CREATE INDEX idx_clicks_bot_id_created_at ON clicks (bot_id, created_at);

-- step 16
CREATE INDEX idx_clicks_user_id_created_at ON clicks (user_id, created_at);

-- step 16
CREATE INDEX idx_clicks_session_id ON clicks (session_id);

-- step 16
CREATE INDEX idx_clicks_created_at ON clicks (created_at);

-- step 17: create table message_history
CREATE TABLE message_history (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  session_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  message_index INTEGER NOT NULL,
  role TEXT NOT NULL,
  message_type TEXT NOT NULL DEFAULT 'text',
  content_ciphertext BLOB NOT NULL,
  content_nonce BLOB NOT NULL,
  key_version INTEGER NOT NULL,
  token_count INTEGER NOT NULL DEFAULT 0,
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_message_history_session_id_user_id FOREIGN KEY (session_id, user_id) REFERENCES user_sessions (id, user_id) ON DELETE CASCADE,
  CONSTRAINT ck_message_history_role CHECK (role IN ('system', 'user', 'assistant', 'tool')),
  CONSTRAINT ck_message_history_message_type CHECK (message_type IN ('text', 'image', 'audio', 'video', 'file', 'event')),
  CONSTRAINT ck_message_history_metadata CHECK (json_valid(metadata)),
  CONSTRAINT message_history_message_index_not_negative CHECK (message_index >= 0),
  CONSTRAINT message_history_token_count_not_negative CHECK (token_count >= 0)
);

-- step 17
CREATE INDEX idx_message_history_user_id_created_at ON message_history (user_id, created_at);

-- step 17
CREATE INDEX idx_message_history_created_at ON message_history (created_at);

-- step 17
CREATE UNIQUE INDEX uq_message_history_session_id_user_id_message_index ON message_history (session_id, user_id, message_index);

-- step 18: create table session_tool_associations
CREATE TABLE session_tool_associations (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  session_id TEXT NOT NULL,
  tool_id TEXT NOT NULL,
  bot_id TEXT NOT NULL,
  is_enabled INTEGER NOT NULL DEFAULT 1,
  call_count INTEGER NOT NULL DEFAULT 0,
  last_used_at TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_session_tool_associations_session_id_bot_id FOREIGN KEY (session_id, bot_id) REFERENCES user_sessions (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT fk_session_tool_associations_tool_id_bot_id FOREIGN KEY (tool_id, bot_id) REFERENCES basic_tools (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT ck_session_tool_associations_is_enabled CHECK (is_enabled IN (0, 1)),
  CONSTRAINT session_tool_associations_call_count_not_negative CHECK (call_count >= 0)
);

-- step 18
CREATE INDEX idx_session_tool_associations_tool_id_bot_id ON session_tool_associations (tool_id, bot_id);

-- step 18
CREATE UNIQUE INDEX uq_session_tool_associations_session_id_bot_id_tool_id ON session_tool_associations (session_id, bot_id, tool_id);

-- step 18
CREATE TRIGGER tr_session_tool_associations_updated_at_on_update AFTER UPDATE ON session_tool_associations FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE session_tool_associations SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 19: create table user_kb_associations
CREATE TABLE user_kb_associations (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  session_id TEXT NOT NULL,
  collection_id TEXT NOT NULL,
  bot_id TEXT NOT NULL,
  access_level TEXT NOT NULL DEFAULT 'read',
  is_active INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_user_kb_associations_session_id_bot_id FOREIGN KEY (session_id, bot_id) REFERENCES user_sessions (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT fk_user_kb_associations_collection_id_bot_id FOREIGN KEY (collection_id, bot_id) REFERENCES kb_collections (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT ck_user_kb_associations_access_level CHECK (access_level IN ('read', 'write')),
  CONSTRAINT ck_user_kb_associations_is_active CHECK (is_active IN (0, 1))
);

-- step 19
CREATE INDEX idx_user_kb_associations_collection_id_bot_id ON user_kb_associations (collection_id, bot_id);

-- step 19
CREATE UNIQUE INDEX uq_user_kb_associations_session_id_bot_id_collection_id ON user_kb_associations (session_id, bot_id, collection_id);

-- step 19
CREATE TRIGGER tr_user_kb_associations_updated_at_on_update AFTER UPDATE ON user_kb_associations FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE user_kb_associations SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;
