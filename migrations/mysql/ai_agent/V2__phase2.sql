-- V2__phase2 for mysql

-- step 1: ai_tool_calls: add column latency_ms
ALTER TABLE ai_tool_calls ADD COLUMN latency_ms int unsigned NULL AFTER args;

-- step 2: ai_tool_results: add column error_message
ALTER TABLE ai_tool_results ADD COLUMN error_message text NULL AFTER result_data;

-- step 3: create table ai_idempotency_keys
CREATE TABLE ai_idempotency_keys (
  id int unsigned NOT NULL AUTO_INCREMENT,
  idempotency_key varchar(255) NOT NULL,
  endpoint varchar(255) NOT NULL,
  resource_id varchar(255) NULL COMMENT 'conversation_id, message_id, etc.',
  response_data json NULL,
  expires_at timestamp NOT NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_ai_idempotency_keys_idempotency_key (idempotency_key),
  KEY idx_idempotency_key (idempotency_key),
  KEY idx_endpoint (endpoint),
  KEY idx_expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 4: create table ai_stream_tickets
CREATE TABLE ai_stream_tickets (
  id int unsigned NOT NULL AUTO_INCREMENT,
  ticket varchar(64) NOT NULL,
  conversation_id int unsigned NULL,
  session_key varchar(255) NULL,
  expires_at timestamp NOT NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_ai_stream_tickets_ticket (ticket),
  KEY idx_ticket (ticket),
  KEY idx_expires_at (expires_at),
  KEY idx_conversation_id (conversation_id),
  CONSTRAINT fk_ai_stream_tickets_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
