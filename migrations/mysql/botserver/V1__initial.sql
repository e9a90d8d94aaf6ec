-- V1__initial for mysql

-- step 1: create table organizations
CREATE TABLE organizations (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  name varchar(200) NOT NULL,
  slug varchar(63) NOT NULL COMMENT 'Name in addresses: lower case',
  status enum('active', 'suspended', 'closed') NOT NULL DEFAULT 'active',
  max_bots int NULL COMMENT 'Limit of the tenant''s plan; empty is no limit',
  settings json NOT NULL DEFAULT ('{}'),
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_organizations_slug (slug),
  CONSTRAINT organizations_slug_lower CHECK (slug = lower(slug)),
  CONSTRAINT organizations_max_bots_positive CHECK (max_bots > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Multi-tenant organization support';

-- step 2: create table users
CREATE TABLE users (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  organization_id binary(16) NULL,
  username varchar(64) NOT NULL,
  email varchar(254) NOT NULL COMMENT 'Lower case',
  email_verified_at timestamp NULL DEFAULT NULL,
  password_hash varchar(255) NULL COMMENT 'Argon2 in PHC form, with salt and parameters; empty where login is by token only',
  password_changed_at timestamp NULL DEFAULT NULL,
  mfa_secret_ciphertext blob NULL COMMENT 'Second factor: AES-GCM ciphertext and tag',
  mfa_secret_nonce binary(12) NULL COMMENT 'AES-GCM nonce',
  mfa_secret_key_version int NULL COMMENT 'Which key encrypted it',
  display_name varchar(200) NULL,
  role enum('user', 'manager', 'admin') NOT NULL DEFAULT 'user',
  status enum('invited', 'active', 'disabled') NOT NULL DEFAULT 'active',
  failed_login_count int NOT NULL DEFAULT 0,
  locked_until timestamp NULL DEFAULT NULL COMMENT 'Set after too many failed logins',
  last_login_at timestamp NULL DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_users_username (username),
  UNIQUE KEY uq_users_email (email),
  KEY idx_users_organization_id (organization_id),
  KEY idx_users_created_at (created_at),
  CONSTRAINT fk_users_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE SET NULL,
  CONSTRAINT users_email_lower CHECK (email = lower(email)),
  CONSTRAINT users_password_is_argon2 CHECK (password_hash like '$argon2%'),
  CONSTRAINT users_mfa_secret_complete CHECK (mfa_secret_ciphertext is null or (mfa_secret_nonce is not null and mfa_secret_key_version is not null)),
  CONSTRAINT users_failed_login_count_not_negative CHECK (failed_login_count >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='User accounts with secure password storage';

-- step 3: create table bots
CREATE TABLE bots (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  organization_id binary(16) NOT NULL,
  name varchar(200) NOT NULL,
  slug varchar(63) NOT NULL COMMENT 'Name in addresses: lower case, unique in its organization',
  description text NULL,
  status enum('draft', 'active', 'paused', 'archived') NOT NULL DEFAULT 'draft',
  language varchar(35) NOT NULL DEFAULT 'en' COMMENT 'BCP 47 language tag',
  settings json NOT NULL DEFAULT ('{}'),
  created_by binary(16) NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_bots_organization_id_slug (organization_id, slug),
  KEY idx_bots_created_by (created_by),
  CONSTRAINT fk_bots_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id),
  CONSTRAINT fk_bots_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT bots_slug_lower CHECK (slug = lower(slug))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Bot instances and configurations';

-- step 4: create table basic_tools
CREATE TABLE basic_tools (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  bot_id binary(16) NOT NULL,
  name varchar(128) NOT NULL,
  description text NULL,
  source_path varchar(500) NOT NULL,
  source_code mediumtext NOT NULL,
  source_hash binary(32) NOT NULL COMMENT 'SHA-256 of the source that was compiled last',
  parameters json NOT NULL DEFAULT ('{}') COMMENT 'JSON Schema of the arguments',
  version int NOT NULL DEFAULT 1,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  compiled_at timestamp NULL DEFAULT NULL,
  created_by binary(16) NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_basic_tools_bot_id_name (bot_id, name),
  UNIQUE KEY uq_basic_tools_id_bot_id (id, bot_id),
  KEY idx_basic_tools_created_by (created_by),
  CONSTRAINT fk_basic_tools_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_basic_tools_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT basic_tools_version_positive CHECK (version > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='BASIC script tool definitions';

-- step 5: create table bot_configuration
CREATE TABLE bot_configuration (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  bot_id binary(16) NOT NULL,
  config_key varchar(128) NOT NULL,
  value_type enum('string', 'number', 'boolean', 'json', 'secret') NOT NULL DEFAULT 'string',
  config_value text NULL COMMENT 'The value of everything but a secret',
  secret_ciphertext blob NULL COMMENT 'A secret''s value: AES-GCM ciphertext and tag',
  secret_nonce binary(12) NULL COMMENT 'AES-GCM nonce',
  secret_key_version int NULL COMMENT 'Which key encrypted it',
  description varchar(500) NULL,
  updated_by binary(16) NULL COMMENT 'Who changed it last, for the audit',
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_bot_configuration_bot_id_config_key (bot_id, config_key),
  KEY idx_bot_configuration_updated_by (updated_by),
  CONSTRAINT fk_bot_configuration_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_bot_configuration_updated_by FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT bot_configuration_secret_not_in_clear CHECK (value_type <> 'secret' or config_value is null),
  CONSTRAINT bot_configuration_only_secrets_encrypted CHECK (value_type = 'secret' or secret_ciphertext is null),
  CONSTRAINT bot_configuration_secret_complete CHECK (secret_ciphertext is null or (secret_nonce is not null and secret_key_version is not null))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Bot-specific settings and parameters';

-- step 6: create table bot_memories
CREATE TABLE bot_memories (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  bot_id binary(16) NOT NULL,
  memory_key varchar(255) NOT NULL,
  memory_value json NOT NULL,
  expires_at timestamp NULL DEFAULT NULL COMMENT 'Empty is kept for good',
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_bot_memories_bot_id_memory_key (bot_id, memory_key),
  KEY idx_bot_memories_expires_at (expires_at),
  CONSTRAINT fk_bot_memories_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Persistent key-value storage for bots';

-- step 7: create table kb_collections
CREATE TABLE kb_collections (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  bot_id binary(16) NOT NULL,
  name varchar(200) NOT NULL,
  description text NULL,
  folder_path varchar(500) NULL COMMENT 'Where its documents come from',
  vector_collection varchar(200) NOT NULL COMMENT 'Its name in the vector store',
  embedding_model varchar(100) NOT NULL,
  embedding_dimensions int NOT NULL,
  document_count int NOT NULL DEFAULT 0,
  last_indexed_at timestamp NULL DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_kb_collections_bot_id_name (bot_id, name),
  UNIQUE KEY uq_kb_collections_vector_collection (vector_collection),
  UNIQUE KEY uq_kb_collections_id_bot_id (id, bot_id),
  CONSTRAINT fk_kb_collections_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT kb_collections_embedding_dimensions_positive CHECK (embedding_dimensions > 0),
  CONSTRAINT kb_collections_document_count_not_negative CHECK (document_count >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Knowledge base collection definitions';

-- step 8: create table kb_documents
CREATE TABLE kb_documents (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  collection_id binary(16) NOT NULL,
  document_id varchar(255) NOT NULL COMMENT 'The document''s own name at its source; the vector store has the same',
  title varchar(500) NULL,
  source_uri text NULL,
  mime_type varchar(127) NULL,
  size_bytes bigint NOT NULL DEFAULT 0,
  content_hash binary(32) NULL COMMENT 'SHA-256; the same content is not indexed twice',
  status enum('pending', 'indexing', 'indexed', 'failed') NOT NULL DEFAULT 'pending',
  chunk_count int NOT NULL DEFAULT 0,
  error_message text NULL,
  metadata json NOT NULL DEFAULT ('{}'),
  source_modified_at timestamp NULL DEFAULT NULL,
  indexed_at timestamp NULL DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_kb_documents_collection_id_document_id (collection_id, document_id),
  KEY idx_kb_documents_content_hash (content_hash),
  KEY idx_kb_documents_status_created_at (status, created_at),
  CONSTRAINT fk_kb_documents_collection_id FOREIGN KEY (collection_id) REFERENCES kb_collections (id) ON DELETE CASCADE,
  CONSTRAINT kb_documents_size_bytes_not_negative CHECK (size_bytes >= 0),
  CONSTRAINT kb_documents_chunk_count_not_negative CHECK (chunk_count >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Documents stored in collections';

-- step 9: create table system_automations
CREATE TABLE system_automations (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  bot_id binary(16) NOT NULL,
  name varchar(200) NOT NULL,
  kind enum('row_inserted', 'row_updated', 'row_deleted', 'email_received', 'webhook', 'schedule') NOT NULL,
  cron_expression varchar(100) NULL COMMENT 'When a schedule runs',
  target varchar(255) NULL COMMENT 'The table, mailbox or endpoint that the other kinds watch',
  tool_id binary(16) NULL COMMENT 'The script to run; a tool of the same bot',
  parameters json NOT NULL DEFAULT ('{}'),
  priority int NOT NULL DEFAULT 0 COMMENT '0 to 100, higher first',
  is_active tinyint(1) NOT NULL DEFAULT 1,
  next_run_at timestamp NULL DEFAULT NULL,
  last_run_at timestamp NULL DEFAULT NULL,
  last_status enum('ok', 'error', 'timeout') NULL,
  last_error text NULL,
  failure_count int NOT NULL DEFAULT 0 COMMENT 'Failures since the last success',
  created_by binary(16) NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_system_automations_bot_id_name (bot_id, name),
  KEY idx_system_automations_is_active_next_run_at (is_active, next_run_at),
  KEY idx_system_automations_tool_id_bot_id (tool_id, bot_id),
  KEY idx_system_automations_created_by (created_by),
  CONSTRAINT fk_system_automations_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_system_automations_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT fk_system_automations_tool_id_bot_id FOREIGN KEY (tool_id, bot_id) REFERENCES basic_tools (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT system_automations_schedule_has_cron CHECK (kind <> 'schedule' or cron_expression is not null),
  CONSTRAINT system_automations_priority_range CHECK (priority between 0 and 100),
  CONSTRAINT system_automations_failure_count_not_negative CHECK (failure_count >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Scheduled tasks and automation rules';

-- step 10: create table user_email_accounts
CREATE TABLE user_email_accounts (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id binary(16) NOT NULL,
  email varchar(254) NOT NULL,
  display_name varchar(200) NULL,
  imap_host varchar(253) NOT NULL,
  imap_port int NOT NULL DEFAULT 993,
  smtp_host varchar(253) NOT NULL,
  smtp_port int NOT NULL DEFAULT 465,
  security enum('tls', 'starttls') NOT NULL DEFAULT 'tls' COMMENT 'A connection in the clear is not offered',
  login_name varchar(254) NOT NULL,
  password_ciphertext blob NOT NULL COMMENT 'Password or token of the mailbox: AES-GCM ciphertext and tag',
  password_nonce binary(12) NOT NULL COMMENT 'AES-GCM nonce',
  password_key_version int NOT NULL COMMENT 'Which key encrypted it',
  is_primary tinyint(1) NOT NULL DEFAULT 0,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  last_synced_at timestamp NULL DEFAULT NULL,
  last_error text NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_user_email_accounts_user_id_email (user_id, email),
  KEY idx_user_email_accounts_is_active_last_synced_at (is_active, last_synced_at),
  CONSTRAINT fk_user_email_accounts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT user_email_accounts_imap_port_range CHECK (imap_port between 1 and 65535),
  CONSTRAINT user_email_accounts_smtp_port_range CHECK (smtp_port between 1 and 65535)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Email integration accounts';

-- step 11: create table email_folders
CREATE TABLE email_folders (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  account_id binary(16) NOT NULL,
  parent_id binary(16) NULL,
  name varchar(255) NOT NULL,
  path varchar(500) NOT NULL COMMENT 'The mailbox''s full name on the server',
  kind enum('inbox', 'sent', 'drafts', 'archive', 'spam', 'trash', 'custom') NOT NULL DEFAULT 'custom',
  uid_validity bigint NULL COMMENT 'IMAP UIDVALIDITY: when it changes, what is known of the folder is void',
  unread_count int NOT NULL DEFAULT 0,
  total_count int NOT NULL DEFAULT 0,
  last_synced_at timestamp NULL DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_email_folders_account_id_path (account_id, path),
  KEY idx_email_folders_parent_id (parent_id),
  CONSTRAINT fk_email_folders_account_id FOREIGN KEY (account_id) REFERENCES user_email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_email_folders_parent_id FOREIGN KEY (parent_id) REFERENCES email_folders (id) ON DELETE CASCADE,
  CONSTRAINT email_folders_unread_count_not_negative CHECK (unread_count >= 0),
  CONSTRAINT email_folders_total_count_not_negative CHECK (total_count >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Email folder organization';

-- step 12: create table email_drafts
CREATE TABLE email_drafts (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  account_id binary(16) NOT NULL,
  folder_id binary(16) NULL,
  to_recipients json NOT NULL DEFAULT ('[]'),
  cc_recipients json NOT NULL DEFAULT ('[]'),
  bcc_recipients json NOT NULL DEFAULT ('[]'),
  subject varchar(998) NOT NULL DEFAULT '',
  body mediumtext NULL,
  body_format enum('plain', 'html') NOT NULL DEFAULT 'plain',
  in_reply_to varchar(255) NULL COMMENT 'Message-ID of the mail it answers',
  attachments json NOT NULL DEFAULT ('[]'),
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_email_drafts_account_id_updated_at (account_id, updated_at),
  KEY idx_email_drafts_folder_id (folder_id),
  CONSTRAINT fk_email_drafts_account_id FOREIGN KEY (account_id) REFERENCES user_email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_email_drafts_folder_id FOREIGN KEY (folder_id) REFERENCES email_folders (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Draft emails';

-- step 13: create table user_login_tokens
CREATE TABLE user_login_tokens (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id binary(16) NOT NULL,
  purpose enum('login', 'remember_me', 'email_verification', 'password_reset', 'api') NOT NULL DEFAULT 'login',
  token_hash binary(32) NOT NULL COMMENT 'SHA-256 of the random token; the token itself is never stored',
  ip_address varchar(45) NULL COMMENT 'Where it was issued to',
  user_agent varchar(512) NULL,
  expires_at timestamp NOT NULL,
  last_used_at timestamp NULL DEFAULT NULL,
  revoked_at timestamp NULL DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_user_login_tokens_token_hash (token_hash),
  KEY idx_user_login_tokens_user_id_purpose (user_id, purpose),
  KEY idx_user_login_tokens_expires_at (expires_at),
  CONSTRAINT fk_user_login_tokens_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Authentication tokens for login';

-- step 14: create table user_preferences
CREATE TABLE user_preferences (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id binary(16) NOT NULL,
  preference_key varchar(128) NOT NULL,
  preference_value json NOT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_user_preferences_user_id_preference_key (user_id, preference_key),
  CONSTRAINT fk_user_preferences_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='User-specific settings';

-- step 15: create table user_sessions
CREATE TABLE user_sessions (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id binary(16) NOT NULL,
  bot_id binary(16) NOT NULL,
  token_hash binary(32) NOT NULL COMMENT 'SHA-256 of the random session token; the token itself is never stored',
  title varchar(255) NULL,
  status enum('active', 'closed', 'revoked') NOT NULL DEFAULT 'active',
  context json NOT NULL DEFAULT ('{}'),
  ip_address varchar(45) NULL,
  user_agent varchar(512) NULL,
  last_activity_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at timestamp NOT NULL,
  ended_at timestamp NULL DEFAULT NULL COMMENT 'When it was closed or revoked',
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_user_sessions_token_hash (token_hash),
  UNIQUE KEY uq_user_sessions_id_user_id (id, user_id),
  UNIQUE KEY uq_user_sessions_id_bot_id (id, bot_id),
  KEY idx_user_sessions_bot_id_user_id (bot_id, user_id),
  KEY idx_user_sessions_user_id_created_at (user_id, created_at),
  KEY idx_user_sessions_expires_at (expires_at),
  CONSTRAINT fk_user_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_user_sessions_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Active user sessions with tokens';

-- step 16: create table clicks
CREATE TABLE clicks (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  bot_id binary(16) NOT NULL,
  user_id binary(16) NULL,
  session_id binary(16) NULL,
  event_type enum('click', 'open', 'submit', 'share', 'dismiss') NOT NULL DEFAULT 'click',
  campaign varchar(100) NULL,
  target varchar(255) NOT NULL COMMENT 'The button, link or card',
  url text NULL,
  metadata json NOT NULL DEFAULT ('{}'),
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_clicks_bot_id_created_at (bot_id, created_at),
  KEY idx_clicks_user_id_created_at (user_id, created_at),
  KEY idx_clicks_session_id (session_id),
  KEY idx_clicks_created_at (created_at),
  CONSTRAINT fk_clicks_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
  CONSTRAINT fk_clicks_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT fk_clicks_session_id FOREIGN KEY (session_id) REFERENCES user_sessions (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='User interaction tracking';

-- step 17: create table message_history
CREATE TABLE message_history (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  session_id binary(16) NOT NULL,
  user_id binary(16) NOT NULL COMMENT 'The session''s user; the foreign key sees to it',
  message_index int NOT NULL COMMENT 'Place in the session, from 0',
  role enum('system', 'user', 'assistant', 'tool') NOT NULL,
  message_type enum('text', 'image', 'audio', 'video', 'file', 'event') NOT NULL DEFAULT 'text',
  content_ciphertext mediumblob NOT NULL COMMENT 'The message: AES-GCM ciphertext and tag',
  content_nonce binary(12) NOT NULL COMMENT 'AES-GCM nonce',
  key_version int NOT NULL COMMENT 'Which key encrypted it',
  token_count int NOT NULL DEFAULT 0,
  metadata json NOT NULL DEFAULT ('{}'),
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_message_history_session_id_user_id_message_index (session_id, user_id, message_index),
  KEY idx_message_history_user_id_created_at (user_id, created_at),
  KEY idx_message_history_created_at (created_at),
  CONSTRAINT fk_message_history_session_id_user_id FOREIGN KEY (session_id, user_id) REFERENCES user_sessions (id, user_id) ON DELETE CASCADE,
  CONSTRAINT message_history_message_index_not_negative CHECK (message_index >= 0),
  CONSTRAINT message_history_token_count_not_negative CHECK (token_count >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Complete conversation history';

-- step 18: create table session_tool_associations
CREATE TABLE session_tool_associations (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  session_id binary(16) NOT NULL,
  tool_id binary(16) NOT NULL,
  bot_id binary(16) NOT NULL COMMENT 'The bot of session and tool; the foreign keys see to it',
  is_enabled tinyint(1) NOT NULL DEFAULT 1,
  call_count int NOT NULL DEFAULT 0,
  last_used_at timestamp NULL DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_session_tool_associations_session_id_bot_id_tool_id (session_id, bot_id, tool_id),
  KEY idx_session_tool_associations_tool_id_bot_id (tool_id, bot_id),
  CONSTRAINT fk_session_tool_associations_session_id_bot_id FOREIGN KEY (session_id, bot_id) REFERENCES user_sessions (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT fk_session_tool_associations_tool_id_bot_id FOREIGN KEY (tool_id, bot_id) REFERENCES basic_tools (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT session_tool_associations_call_count_not_negative CHECK (call_count >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Tools available in sessions';

-- step 19: create table user_kb_associations
CREATE TABLE user_kb_associations (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  session_id binary(16) NOT NULL,
  collection_id binary(16) NOT NULL,
  bot_id binary(16) NOT NULL COMMENT 'The bot of session and collection; the foreign keys see to it',
  access_level enum('read', 'write') NOT NULL DEFAULT 'read',
  is_active tinyint(1) NOT NULL DEFAULT 1,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_user_kb_associations_session_id_bot_id_collection_id (session_id, bot_id, collection_id),
  KEY idx_user_kb_associations_collection_id_bot_id (collection_id, bot_id),
  CONSTRAINT fk_user_kb_associations_session_id_bot_id FOREIGN KEY (session_id, bot_id) REFERENCES user_sessions (id, bot_id) ON DELETE CASCADE,
  CONSTRAINT fk_user_kb_associations_collection_id_bot_id FOREIGN KEY (collection_id, bot_id) REFERENCES kb_collections (id, bot_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='User access to knowledge bases';
