-- V1__initial for postgres

-- step 1: create function tablewright_touch_updated_at
CREATE OR REPLACE FUNCTION tablewright_touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.updated_at = CURRENT_TIMESTAMP; RETURN NEW; END$$;

-- step 2: create table organizations
CREATE TABLE organizations (
    id         uuid         NOT NULL DEFAULT gen_random_uuid(),
    name       varchar(200) NOT NULL,
    slug       varchar(63)  NOT NULL,
    status     text         NOT NULL DEFAULT 'active',
    max_bots   integer,
    settings   jsonb        NOT NULL DEFAULT '{}',
    created_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_organizations PRIMARY KEY (id),
    CONSTRAINT uq_organizations_slug UNIQUE (slug),
    CONSTRAINT ck_organizations_status CHECK (status in ('active', 'suspended', 'closed')),
    CONSTRAINT organizations_slug_lower CHECK (slug = lower(slug)),
    CONSTRAINT organizations_max_bots_positive CHECK (max_bots > 0)
);

-- step 2
COMMENT ON TABLE organizations IS 'Multi-tenant organization support';

-- step 2
COMMENT ON COLUMN organizations.slug IS 'Name in addresses: lower case';

-- step 2
COMMENT ON COLUMN organizations.max_bots IS 'Limit of the tenant''s plan; empty is no limit';

-- step 2
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON organizations FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 3: create table users
CREATE TABLE users (
    id                     uuid         NOT NULL DEFAULT gen_random_uuid(),
    organization_id        uuid,
    username               varchar(64)  NOT NULL,
    email                  varchar(254) NOT NULL,
    email_verified_at      timestamptz,
    password_hash          varchar(255),
    password_changed_at    timestamptz,
    mfa_secret_ciphertext  bytea,
    mfa_secret_nonce       bytea,
    mfa_secret_key_version integer,
    display_name           varchar(200),
    role                   text         NOT NULL DEFAULT 'user',
    status                 text         NOT NULL DEFAULT 'active',
    failed_login_count     integer      NOT NULL DEFAULT 0,
    locked_until           timestamptz,
    last_login_at          timestamptz,
    created_at             timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at             timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_username UNIQUE (username),
    CONSTRAINT uq_users_email UNIQUE (email),
    CONSTRAINT fk_users_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE SET NULL,
    CONSTRAINT ck_users_mfa_secret_nonce CHECK (octet_length(mfa_secret_nonce) = 12),
    CONSTRAINT ck_users_role CHECK (role in ('user', 'manager', 'admin')),
    CONSTRAINT ck_users_status CHECK (status in ('invited', 'active', 'disabled')),
    CONSTRAINT users_email_lower CHECK (email = lower(email)),
    CONSTRAINT users_password_is_argon2 CHECK (password_hash like '$argon2%'),
    CONSTRAINT users_mfa_secret_complete CHECK (mfa_secret_ciphertext is null or (mfa_secret_nonce is not null and mfa_secret_key_version is not null)),
    CONSTRAINT users_failed_login_count_not_negative CHECK (failed_login_count >= 0)
);

-- step 3
CREATE INDEX idx_users_organization_id ON users (organization_id);

-- step 3
CREATE INDEX idx_users_created_at ON users (created_at);

-- step 3
COMMENT ON TABLE users IS 'User accounts with secure password storage';

-- step 3
COMMENT ON COLUMN users.email IS 'Lower case';

-- step 3
COMMENT ON COLUMN users.password_hash IS 'Argon2 in PHC form, with salt and parameters; empty where login is by token only';

-- step 3
COMMENT ON COLUMN users.mfa_secret_ciphertext IS 'Second factor: AES-GCM ciphertext and tag';

-- step 3
COMMENT ON COLUMN users.mfa_secret_nonce IS 'AES-GCM nonce';

-- step 3
COMMENT ON COLUMN users.mfa_secret_key_version IS 'Which key encrypted it';

-- step 3
COMMENT ON COLUMN users.locked_until IS 'Set after too many failed logins';

-- step 3
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON users FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 4: create table bots
CREATE TABLE bots (
    id              uuid         NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid         NOT NULL,
    name            varchar(200) NOT NULL,
    slug            varchar(63)  NOT NULL,
    description     text,
    status          text         NOT NULL DEFAULT 'draft',
    language        varchar(35)  NOT NULL DEFAULT 'en',
    settings        jsonb        NOT NULL DEFAULT '{}',
    created_by      uuid,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_bots PRIMARY KEY (id),
    CONSTRAINT uq_bots_organization_id_slug UNIQUE (organization_id, slug),
    CONSTRAINT fk_bots_organization_id FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE RESTRICT,
    CONSTRAINT fk_bots_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_bots_status CHECK (status in ('draft', 'active', 'paused', 'archived')),
    CONSTRAINT bots_slug_lower CHECK (slug = lower(slug))
);

-- step 4
CREATE INDEX idx_bots_created_by ON bots (created_by);

-- step 4
COMMENT ON TABLE bots IS 'Bot instances and configurations';

-- step 4
COMMENT ON COLUMN bots.slug IS 'Name in addresses: lower case, unique in its organization';

-- step 4
COMMENT ON COLUMN bots.language IS 'BCP 47 language tag';

-- step 4
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON bots FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 5: create table basic_tools
CREATE TABLE basic_tools (
    id          uuid         NOT NULL DEFAULT gen_random_uuid(),
    bot_id      uuid         NOT NULL,
    name        varchar(128) NOT NULL,
    description text,
    source_path varchar(500) NOT NULL,
    source_code text         NOT NULL,
    source_hash bytea        NOT NULL,
    parameters  jsonb        NOT NULL DEFAULT '{}',
    version     integer      NOT NULL DEFAULT 1,
    is_active   boolean      NOT NULL DEFAULT true,
    compiled_at timestamptz,
    created_by  uuid,
    created_at  timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at  timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_basic_tools PRIMARY KEY (id),
    CONSTRAINT uq_basic_tools_bot_id_name UNIQUE (bot_id, name),
    CONSTRAINT uq_basic_tools_id_bot_id UNIQUE (id, bot_id),
    CONSTRAINT fk_basic_tools_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
    CONSTRAINT fk_basic_tools_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_basic_tools_source_hash CHECK (octet_length(source_hash) = 32),
    CONSTRAINT basic_tools_version_positive CHECK (version > 0)
);

-- step 5
CREATE INDEX idx_basic_tools_created_by ON basic_tools (created_by);

-- step 5
COMMENT ON TABLE basic_tools IS 'BASIC script tool definitions';

-- step 5
COMMENT ON COLUMN basic_tools.source_hash IS 'SHA-256 of the source that was compiled last';

-- step 5
COMMENT ON COLUMN basic_tools.parameters IS 'JSON Schema of the arguments';

-- step 5
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON basic_tools FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 6: create table bot_configuration
CREATE TABLE bot_configuration (
    id                 uuid         NOT NULL DEFAULT gen_random_uuid(),
    bot_id             uuid         NOT NULL,
    config_key         varchar(128) NOT NULL,
    value_type         text         NOT NULL DEFAULT 'string',
    config_value       text,
    secret_ciphertext  bytea,
    secret_nonce       bytea,
    secret_key_version integer,
    description        varchar(500),
    updated_by         uuid,
    created_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_bot_configuration PRIMARY KEY (id),
    CONSTRAINT uq_bot_configuration_bot_id_config_key UNIQUE (bot_id, config_key),
    CONSTRAINT fk_bot_configuration_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
    CONSTRAINT fk_bot_configuration_updated_by FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_bot_configuration_value_type CHECK (value_type in ('string', 'number', 'boolean', 'json', 'secret')),
    CONSTRAINT ck_bot_configuration_secret_nonce CHECK (octet_length(secret_nonce) = 12),
    CONSTRAINT bot_configuration_secret_not_in_clear CHECK (value_type <> 'secret' or config_value is null),
    CONSTRAINT bot_configuration_only_secrets_encrypted CHECK (value_type = 'secret' or secret_ciphertext is null),
    CONSTRAINT bot_configuration_secret_complete CHECK (secret_ciphertext is null or (secret_nonce is not null and secret_key_version is not null))
);

-- step 6
CREATE INDEX idx_bot_configuration_updated_by ON bot_configuration (updated_by);

-- step 6
COMMENT ON TABLE bot_configuration IS 'Bot-specific settings and parameters';

-- step 6
COMMENT ON COLUMN bot_configuration.config_value IS 'The value of everything but a secret';

-- step 6
COMMENT ON COLUMN bot_configuration.secret_ciphertext IS 'A secret''s value: AES-GCM ciphertext and tag';

-- step 6
COMMENT ON COLUMN bot_configuration.secret_nonce IS 'AES-GCM nonce';

-- step 6
COMMENT ON COLUMN bot_configuration.secret_key_version IS 'Which key encrypted it';

-- step 6
COMMENT ON COLUMN bot_configuration.updated_by IS 'Who changed it last, for the audit';

-- step 6
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON bot_configuration FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 7: create table bot_memories
CREATE TABLE bot_memories (
    id           uuid         NOT NULL DEFAULT gen_random_uuid(),
    bot_id       uuid         NOT NULL,
    memory_key   varchar(255) NOT NULL,
    memory_value jsonb        NOT NULL,
    expires_at   timestamptz,
    created_at   timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at   timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_bot_memories PRIMARY KEY (id),
    CONSTRAINT uq_bot_memories_bot_id_memory_key UNIQUE (bot_id, memory_key),
    CONSTRAINT fk_bot_memories_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE
);

-- step 7
CREATE INDEX idx_bot_memories_expires_at ON bot_memories (expires_at);

-- step 7
COMMENT ON TABLE bot_memories IS 'Persistent key-value storage for bots';

-- step 7
COMMENT ON COLUMN bot_memories.expires_at IS 'Empty is kept for good';

-- step 7
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON bot_memories FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 8: create table kb_collections
CREATE TABLE kb_collections (
    id                   uuid         NOT NULL DEFAULT gen_random_uuid(),
    bot_id               uuid         NOT NULL,
    name                 varchar(200) NOT NULL,
    description          text,
    folder_path          varchar(500),
    vector_collection    varchar(200) NOT NULL,
    embedding_model      varchar(100) NOT NULL,
    embedding_dimensions integer      NOT NULL,
    document_count       integer      NOT NULL DEFAULT 0,
    last_indexed_at      timestamptz,
    created_at           timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at           timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_kb_collections PRIMARY KEY (id),
    CONSTRAINT uq_kb_collections_bot_id_name UNIQUE (bot_id, name),
    CONSTRAINT uq_kb_collections_vector_collection UNIQUE (vector_collection),
    CONSTRAINT uq_kb_collections_id_bot_id UNIQUE (id, bot_id),
    CONSTRAINT fk_kb_collections_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
    CONSTRAINT kb_collections_embedding_dimensions_positive CHECK (embedding_dimensions > 0),
    CONSTRAINT kb_collections_document_count_not_negative CHECK (document_count >= 0)
);

-- step 8
COMMENT ON TABLE kb_collections IS 'Knowledge base collection definitions';

-- step 8
COMMENT ON COLUMN kb_collections.folder_path IS 'Where its documents come from';

-- step 8
COMMENT ON COLUMN kb_collections.vector_collection IS 'Its name in the vector store';

-- step 8
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON kb_collections FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 9: create table kb_documents
CREATE TABLE kb_documents (
    id                 uuid         NOT NULL DEFAULT gen_random_uuid(),
    collection_id      uuid         NOT NULL,
    document_id        varchar(255) NOT NULL,
    title              varchar(500),
    source_uri         text,
    mime_type          varchar(127),
    size_bytes         bigint       NOT NULL DEFAULT 0,
    content_hash       bytea,
    status             text         NOT NULL DEFAULT 'pending',
    chunk_count        integer      NOT NULL DEFAULT 0,
    error_message      text,
    metadata           jsonb        NOT NULL DEFAULT '{}',
    source_modified_at timestamptz,
    indexed_at         timestamptz,
    created_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_kb_documents PRIMARY KEY (id),
    CONSTRAINT uq_kb_documents_collection_id_document_id UNIQUE (collection_id, document_id),
    CONSTRAINT fk_kb_documents_collection_id FOREIGN KEY (collection_id) REFERENCES kb_collections (id) ON DELETE CASCADE,
    CONSTRAINT ck_kb_documents_content_hash CHECK (octet_length(content_hash) = 32),
    CONSTRAINT ck_kb_documents_status CHECK (status in ('pending', 'indexing', 'indexed', 'failed')),
    CONSTRAINT kb_documents_size_bytes_not_negative CHECK (size_bytes >= 0),
    CONSTRAINT kb_documents_chunk_count_not_negative CHECK (chunk_count >= 0)
);

-- step 9
CREATE INDEX idx_kb_documents_content_hash ON kb_documents (content_hash);

-- step 9
CREATE INDEX idx_kb_documents_status_created_at ON kb_documents (status, created_at);

-- step 9
CREATE INDEX idx_kb_documents_metadata ON kb_documents USING gin (metadata);

-- step 9
COMMENT ON TABLE kb_documents IS 'Documents stored in collections';

-- step 9
COMMENT ON COLUMN kb_documents.document_id IS 'The document''s own name at its source; the vector store has the same';

-- step 9
COMMENT ON COLUMN kb_documents.content_hash IS 'SHA-256; the same content is not indexed twice';

-- step 9
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON kb_documents FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 10: create table system_automations
CREATE TABLE system_automations (
    id              uuid         NOT NULL DEFAULT gen_random_uuid(),
    bot_id          uuid         NOT NULL,
    name            varchar(200) NOT NULL,
    kind            text         NOT NULL,
    cron_expression varchar(100),
    target          varchar(255),
    tool_id         uuid,
    parameters      jsonb        NOT NULL DEFAULT '{}',
    priority        integer      NOT NULL DEFAULT 0,
    is_active       boolean      NOT NULL DEFAULT true,
    next_run_at     timestamptz,
    last_run_at     timestamptz,
    last_status     text,
    last_error      text,
    failure_count   integer      NOT NULL DEFAULT 0,
    created_by      uuid,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_system_automations PRIMARY KEY (id),
    CONSTRAINT uq_system_automations_bot_id_name UNIQUE (bot_id, name),
    CONSTRAINT fk_system_automations_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
    CONSTRAINT fk_system_automations_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_system_automations_tool_id_bot_id FOREIGN KEY (tool_id, bot_id) REFERENCES basic_tools (id, bot_id) ON DELETE CASCADE,
    CONSTRAINT ck_system_automations_kind CHECK (kind in ('row_inserted', 'row_updated', 'row_deleted', 'email_received', 'webhook', 'schedule')),
    CONSTRAINT ck_system_automations_last_status CHECK (last_status in ('ok', 'error', 'timeout')),
    CONSTRAINT system_automations_schedule_has_cron CHECK (kind <> 'schedule' or cron_expression is not null),
    CONSTRAINT system_automations_priority_range CHECK (priority between 0 and 100),
    CONSTRAINT system_automations_failure_count_not_negative CHECK (failure_count >= 0)
);

-- step 10
CREATE INDEX idx_system_automations_is_active_next_run_at ON system_automations (is_active, next_run_at);

-- step 10
CREATE INDEX idx_system_automations_tool_id_bot_id ON system_automations (tool_id, bot_id);

-- step 10
CREATE INDEX idx_system_automations_created_by ON system_automations (created_by);

-- step 10
COMMENT ON TABLE system_automations IS 'Scheduled tasks and automation rules';

-- step 10
COMMENT ON COLUMN system_automations.cron_expression IS 'When a schedule runs';

-- step 10
COMMENT ON COLUMN system_automations.target IS 'The table, mailbox or endpoint that the other kinds watch';

-- step 10
COMMENT ON COLUMN system_automations.tool_id IS 'The script to run; a tool of the same bot';

-- step 10
COMMENT ON COLUMN system_automations.priority IS '0 to 100, higher first';

-- step 10
COMMENT ON COLUMN system_automations.failure_count IS 'Failures since the last success';

-- step 10
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON system_automations FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 11: create table user_email_accounts
CREATE TABLE user_email_accounts (
    id                   uuid         NOT NULL DEFAULT gen_random_uuid(),
    user_id              uuid         NOT NULL,
    email                varchar(254) NOT NULL,
    display_name         varchar(200),
    imap_host            varchar(253) NOT NULL,
    imap_port            integer      NOT NULL DEFAULT 993,
    smtp_host            varchar(253) NOT NULL,
    smtp_port            integer      NOT NULL DEFAULT 465,
    security             text         NOT NULL DEFAULT 'tls',
    login_name           varchar(254) NOT NULL,
    password_ciphertext  bytea        NOT NULL,
    password_nonce       bytea        NOT NULL,
    password_key_version integer      NOT NULL,
    is_primary           boolean      NOT NULL DEFAULT false,
    is_active            boolean      NOT NULL DEFAULT true,
    last_synced_at       timestamptz,
    last_error           text,
    created_at           timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at           timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_user_email_accounts PRIMARY KEY (id),
    CONSTRAINT uq_user_email_accounts_user_id_email UNIQUE (user_id, email),
    CONSTRAINT fk_user_email_accounts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_user_email_accounts_security CHECK (security in ('tls', 'starttls')),
    CONSTRAINT ck_user_email_accounts_password_nonce CHECK (octet_length(password_nonce) = 12),
    CONSTRAINT user_email_accounts_imap_port_range CHECK (imap_port between 1 and 65535),
    CONSTRAINT user_email_accounts_smtp_port_range CHECK (smtp_port between 1 and 65535)
);

-- step 11
CREATE INDEX idx_user_email_accounts_is_active_last_synced_at ON user_email_accounts (is_active, last_synced_at);

-- step 11
COMMENT ON TABLE user_email_accounts IS 'Email integration accounts';

-- step 11
COMMENT ON COLUMN user_email_accounts.security IS 'A connection in the clear is not offered';

-- step 11
COMMENT ON COLUMN user_email_accounts.password_ciphertext IS 'Password or token of the mailbox: AES-GCM ciphertext and tag';

-- step 11
COMMENT ON COLUMN user_email_accounts.password_nonce IS 'AES-GCM nonce';

-- step 11
COMMENT ON COLUMN user_email_accounts.password_key_version IS 'Which key encrypted it';

-- step 11
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON user_email_accounts FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 12: create table email_folders
CREATE TABLE email_folders (
    id             uuid         NOT NULL DEFAULT gen_random_uuid(),
    account_id     uuid         NOT NULL,
    parent_id      uuid,
    name           varchar(255) NOT NULL,
    path           varchar(500) NOT NULL,
    kind           text         NOT NULL DEFAULT 'custom',
    uid_validity   bigint,
    unread_count   integer      NOT NULL DEFAULT 0,
    total_count    integer      NOT NULL DEFAULT 0,
    last_synced_at timestamptz,
    created_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_email_folders PRIMARY KEY (id),
    CONSTRAINT uq_email_folders_account_id_path UNIQUE (account_id, path),
    CONSTRAINT fk_email_folders_account_id FOREIGN KEY (account_id) REFERENCES user_email_accounts (id) ON DELETE CASCADE,
    CONSTRAINT fk_email_folders_parent_id FOREIGN KEY (parent_id) REFERENCES email_folders (id) ON DELETE CASCADE,
    CONSTRAINT ck_email_folders_kind CHECK (kind in ('inbox', 'sent', 'drafts', 'archive', 'spam', 'trash', 'custom')),
    CONSTRAINT email_folders_unread_count_not_negative CHECK (unread_count >= 0),
    CONSTRAINT email_folders_total_count_not_negative CHECK (total_count >= 0)
);

-- step 12
CREATE INDEX idx_email_folders_parent_id ON email_folders (parent_id);

-- step 12
COMMENT ON TABLE email_folders IS 'Email folder organization';

-- step 12
COMMENT ON COLUMN email_folders.path IS 'The mailbox''s full name on the server';

-- step 12
COMMENT ON COLUMN email_folders.uid_validity IS 'IMAP UIDVALIDITY: when it changes, what is known of the folder is void';

-- step 12
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON email_folders FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 13: create table email_drafts
CREATE TABLE email_drafts (
    id             uuid         NOT NULL DEFAULT gen_random_uuid(),
    account_id     uuid         NOT NULL,
    folder_id      uuid,
    to_recipients  jsonb        NOT NULL DEFAULT '[]',
    cc_recipients  jsonb        NOT NULL DEFAULT '[]',
    bcc_recipients jsonb        NOT NULL DEFAULT '[]',
    subject        varchar(998) NOT NULL DEFAULT '',
    body           text,
    body_format    text         NOT NULL DEFAULT 'plain',
    in_reply_to    varchar(255),
    attachments    jsonb        NOT NULL DEFAULT '[]',
    created_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_email_drafts PRIMARY KEY (id),
    CONSTRAINT fk_email_drafts_account_id FOREIGN KEY (account_id) REFERENCES user_email_accounts (id) ON DELETE CASCADE,
    CONSTRAINT fk_email_drafts_folder_id FOREIGN KEY (folder_id) REFERENCES email_folders (id) ON DELETE SET NULL,
    CONSTRAINT ck_email_drafts_body_format CHECK (body_format in ('plain', 'html'))
);

-- step 13
CREATE INDEX idx_email_drafts_account_id_updated_at ON email_drafts (account_id, updated_at);

-- step 13
CREATE INDEX idx_email_drafts_folder_id ON email_drafts (folder_id);

-- step 13
COMMENT ON TABLE email_drafts IS 'Draft emails';

-- step 13
COMMENT ON COLUMN email_drafts.in_reply_to IS 'Message-ID of the mail it answers';

-- step 13
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON email_drafts FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 14: create table user_login_tokens
CREATE TABLE user_login_tokens (
    id           uuid         NOT NULL DEFAULT gen_random_uuid(),
    user_id      uuid         NOT NULL,
    purpose      text         NOT NULL DEFAULT 'login',
    token_hash   bytea        NOT NULL,
    ip_address   varchar(45),
    user_agent   varchar(512),
    expires_at   timestamptz  NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    created_at   timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at   timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_user_login_tokens PRIMARY KEY (id),
    CONSTRAINT uq_user_login_tokens_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_user_login_tokens_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_user_login_tokens_purpose CHECK (purpose in ('login', 'remember_me', 'email_verification', 'password_reset', 'api')),
    CONSTRAINT ck_user_login_tokens_token_hash CHECK (octet_length(token_hash) = 32)
);

-- step 14
CREATE INDEX idx_user_login_tokens_user_id_purpose ON user_login_tokens (user_id, purpose);

-- step 14
CREATE INDEX idx_user_login_tokens_expires_at ON user_login_tokens (expires_at);

-- step 14
COMMENT ON TABLE user_login_tokens IS 'Authentication tokens for login';

-- step 14
COMMENT ON COLUMN user_login_tokens.token_hash IS 'SHA-256 of the random token; the token itself is never stored';

-- step 14
COMMENT ON COLUMN user_login_tokens.ip_address IS 'Where it was issued to';

-- step 14
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON user_login_tokens FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 15: create table user_preferences
CREATE TABLE user_preferences (
    id               uuid         NOT NULL DEFAULT gen_random_uuid(),
    user_id          uuid         NOT NULL,
    preference_key   varchar(128) NOT NULL,
    preference_value jsonb        NOT NULL,
    created_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_user_preferences PRIMARY KEY (id),
    CONSTRAINT uq_user_preferences_user_id_preference_key UNIQUE (user_id, preference_key),
    CONSTRAINT fk_user_preferences_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- step 15
COMMENT ON TABLE user_preferences IS 'User-specific settings';

-- step 15
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON user_preferences FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 16: create table user_sessions
CREATE TABLE user_sessions (
    id               uuid         NOT NULL DEFAULT gen_random_uuid(),
    user_id          uuid         NOT NULL,
    bot_id           uuid         NOT NULL,
    token_hash       bytea        NOT NULL,
    title            varchar(255),
    status           text         NOT NULL DEFAULT 'active',
    context          jsonb        NOT NULL DEFAULT '{}',
    ip_address       varchar(45),
    user_agent       varchar(512),
    last_activity_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at       timestamptz  NOT NULL,
    ended_at         timestamptz,
    created_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_user_sessions PRIMARY KEY (id),
    CONSTRAINT uq_user_sessions_token_hash UNIQUE (token_hash),
    CONSTRAINT uq_user_sessions_id_user_id UNIQUE (id, user_id),
    CONSTRAINT uq_user_sessions_id_bot_id UNIQUE (id, bot_id),
    CONSTRAINT fk_user_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_user_sessions_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE RESTRICT,
    CONSTRAINT ck_user_sessions_token_hash CHECK (octet_length(token_hash) = 32),
    CONSTRAINT ck_user_sessions_status CHECK (status in ('active', 'closed', 'revoked'))
);

-- step 16
CREATE INDEX idx_user_sessions_bot_id_user_id ON user_sessions (bot_id, user_id);

-- step 16
CREATE INDEX idx_user_sessions_user_id_created_at ON user_sessions (user_id, created_at);

-- step 16
CREATE INDEX idx_user_sessions_expires_at ON user_sessions (expires_at);

-- step 16
COMMENT ON TABLE user_sessions IS 'Active user sessions with tokens';

-- step 16
COMMENT ON COLUMN user_sessions.token_hash IS 'SHA-256 of the random session token; the token itself is never stored';

-- step 16
COMMENT ON COLUMN user_sessions.ended_at IS 'When it was closed or revoked';

-- step 16
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON user_sessions FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 17: create table clicks
CREATE TABLE clicks (
    id         uuid         NOT NULL DEFAULT gen_random_uuid(),
    bot_id     uuid         NOT NULL,
    user_id    uuid,
    session_id uuid,
    event_type text         NOT NULL DEFAULT 'click',
    campaign   varchar(100),
    target     varchar(255) NOT NULL,
    url        text,
    metadata   jsonb        NOT NULL DEFAULT '{}',
    created_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_clicks PRIMARY KEY (id),
    CONSTRAINT fk_clicks_bot_id FOREIGN KEY (bot_id) REFERENCES bots (id) ON DELETE CASCADE,
    CONSTRAINT fk_clicks_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_clicks_session_id FOREIGN KEY (session_id) REFERENCES user_sessions (id) ON DELETE SET NULL,
    CONSTRAINT ck_clicks_event_type CHECK (event_type in ('click', 'open', 'submit', 'share', 'dismiss'))
);

-- step 17
CREATE INDEX idx_clicks_bot_id_created_at ON clicks (bot_id, created_at);

-- step 17
CREATE INDEX idx_clicks_user_id_created_at ON clicks (user_id, created_at);

-- step 17
CREATE INDEX idx_clicks_session_id ON clicks (session_id);

-- step 17
CREATE INDEX idx_clicks_created_at ON clicks (created_at);

-- step 17
COMMENT ON TABLE clicks IS 'User interaction tracking';

-- step 17
COMMENT ON COLUMN clicks.target IS 'The button, link or card';

-- step 18: create table message_history
CREATE TABLE message_history (
    id                 uuid        NOT NULL DEFAULT gen_random_uuid(),
    session_id         uuid        NOT NULL,
    user_id            uuid        NOT NULL,
    message_index      integer     NOT NULL,
    role               text        NOT NULL,
    message_type       text        NOT NULL DEFAULT 'text',
    content_ciphertext bytea       NOT NULL,
    content_nonce      bytea       NOT NULL,
    key_version        integer     NOT NULL,
    token_count        integer     NOT NULL DEFAULT 0,
    metadata           jsonb       NOT NULL DEFAULT '{}',
    created_at         timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_message_history PRIMARY KEY (id),
    CONSTRAINT uq_message_history_session_id_user_id_message_index UNIQUE (session_id, user_id, message_index),
    CONSTRAINT fk_message_history_session_id_user_id FOREIGN KEY (session_id, user_id) REFERENCES user_sessions (id, user_id) ON DELETE CASCADE,
    CONSTRAINT ck_message_history_role CHECK (role in ('system', 'user', 'assistant', 'tool')),
    CONSTRAINT ck_message_history_message_type CHECK (message_type in ('text', 'image', 'audio', 'video', 'file', 'event')),
    CONSTRAINT ck_message_history_content_nonce CHECK (octet_length(content_nonce) = 12),
    CONSTRAINT message_history_message_index_not_negative CHECK (message_index >= 0),
    CONSTRAINT message_history_token_count_not_negative CHECK (token_count >= 0)
);

-- step 18
CREATE INDEX idx_message_history_user_id_created_at ON message_history (user_id, created_at);

-- step 18
CREATE INDEX idx_message_history_created_at ON message_history (created_at);

-- step 18
COMMENT ON TABLE message_history IS 'Complete conversation history';

-- step 18
COMMENT ON COLUMN message_history.user_id IS 'The session''s user; the foreign key sees to it';

-- step 18
COMMENT ON COLUMN message_history.message_index IS 'Place in the session, from 0';

-- step 18
COMMENT ON COLUMN message_history.content_ciphertext IS 'The message: AES-GCM ciphertext and tag';

-- step 18
COMMENT ON COLUMN message_history.content_nonce IS 'AES-GCM nonce';

-- step 18
COMMENT ON COLUMN message_history.key_version IS 'Which key encrypted it';

-- step 19: create table session_tool_associations
CREATE TABLE session_tool_associations (
    id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    session_id   uuid        NOT NULL,
    tool_id      uuid        NOT NULL,
    bot_id       uuid        NOT NULL,
    is_enabled   boolean     NOT NULL DEFAULT true,
    call_count   integer     NOT NULL DEFAULT 0,
    last_used_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at   timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_session_tool_associations PRIMARY KEY (id),
    CONSTRAINT uq_session_tool_associations_session_id_bot_id_tool_id UNIQUE (session_id, bot_id, tool_id),
    CONSTRAINT fk_session_tool_associations_session_id_bot_id FOREIGN KEY (session_id, bot_id) REFERENCES user_sessions (id, bot_id) ON DELETE CASCADE,
    CONSTRAINT fk_session_tool_associations_tool_id_bot_id FOREIGN KEY (tool_id, bot_id) REFERENCES basic_tools (id, bot_id) ON DELETE CASCADE,
    CONSTRAINT session_tool_associations_call_count_not_negative CHECK (call_count >= 0)
);

-- step 19
CREATE INDEX idx_session_tool_associations_tool_id_bot_id ON session_tool_associations (tool_id, bot_id);

-- step 19
COMMENT ON TABLE session_tool_associations IS 'Tools available in sessions';

-- step 19
COMMENT ON COLUMN session_tool_associations.bot_id IS 'The bot of session and tool; the foreign keys see to it';

-- step 19
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON session_tool_associations FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 20: create table user_kb_associations
CREATE TABLE user_kb_associations (
    id            uuid        NOT NULL DEFAULT gen_random_uuid(),
    session_id    uuid        NOT NULL,
    collection_id uuid        NOT NULL,
    bot_id        uuid        NOT NULL,
    access_level  text        NOT NULL DEFAULT 'read',
    is_active     boolean     NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at    timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_user_kb_associations PRIMARY KEY (id),
    CONSTRAINT uq_user_kb_associations_session_id_bot_id_collection_id UNIQUE (session_id, bot_id, collection_id),
    CONSTRAINT fk_user_kb_associations_session_id_bot_id FOREIGN KEY (session_id, bot_id) REFERENCES user_sessions (id, bot_id) ON DELETE CASCADE,
    CONSTRAINT fk_user_kb_associations_collection_id_bot_id FOREIGN KEY (collection_id, bot_id) REFERENCES kb_collections (id, bot_id) ON DELETE CASCADE,
    CONSTRAINT ck_user_kb_associations_access_level CHECK (access_level in ('read', 'write'))
);

-- step 20
CREATE INDEX idx_user_kb_associations_collection_id_bot_id ON user_kb_associations (collection_id, bot_id);

-- step 20
COMMENT ON TABLE user_kb_associations IS 'User access to knowledge bases';

-- step 20
COMMENT ON COLUMN user_kb_associations.bot_id IS 'The bot of session and collection; the foreign keys see to it';

-- step 20
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON user_kb_associations FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();
