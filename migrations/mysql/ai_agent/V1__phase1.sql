-- V1__phase1 for mysql

-- step 1: create table ai_conversations
CREATE TABLE ai_conversations (
  id int unsigned NOT NULL AUTO_INCREMENT,
  session_key varchar(255) NOT NULL,
  provider varchar(50) NULL,
  model varchar(100) NULL,
  total_tokens int unsigned NULL DEFAULT 0,
  cost_nzd_cents int unsigned NULL DEFAULT 0,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_session_key (session_key),
  KEY idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 2: create table ai_conversation_messages
CREATE TABLE ai_conversation_messages (
  id int unsigned NOT NULL AUTO_INCREMENT,
  conversation_id int unsigned NOT NULL,
  role enum('system', 'user', 'assistant', 'tool') NOT NULL,
  content text NOT NULL,
  tokens int unsigned NULL DEFAULT 0,
  cost_nzd_cents int unsigned NULL DEFAULT 0,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_conversation_id (conversation_id),
  KEY idx_role (role),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_ai_conversation_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 3: create table ai_agent_requests
CREATE TABLE ai_agent_requests (
  id int unsigned NOT NULL AUTO_INCREMENT,
  request_id varchar(64) NOT NULL,
  endpoint varchar(255) NOT NULL,
  method varchar(10) NULL DEFAULT 'POST',
  conversation_id int unsigned NULL,
  message_id int unsigned NULL,
  session_key varchar(255) NULL,
  ip varchar(45) NULL,
  user_agent text NULL,
  status_code smallint unsigned NULL,
  latency_ms int unsigned NULL,
  error_code varchar(50) NULL,
  error_message text NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_ai_agent_requests_request_id (request_id),
  KEY idx_request_id (request_id),
  KEY idx_endpoint (endpoint),
  KEY idx_conversation_id (conversation_id),
  KEY idx_message_id (message_id),
  KEY idx_session_key (session_key),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_ai_agent_requests_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE SET NULL,
  CONSTRAINT fk_ai_agent_requests_message_id FOREIGN KEY (message_id) REFERENCES ai_conversation_messages (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 4: create table ai_memory
CREATE TABLE ai_memory (
  id int unsigned NOT NULL AUTO_INCREMENT,
  scope enum('global', 'project', 'session', 'user') NOT NULL,
  `key` varchar(255) NOT NULL,
  value json NOT NULL,
  confidence tinyint unsigned NULL DEFAULT 50 COMMENT '0-100',
  source varchar(50) NULL DEFAULT 'assistant' COMMENT 'user|assistant|system',
  conversation_id int unsigned NULL,
  session_key varchar(255) NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY idx_scope_key (scope, `key`),
  KEY idx_scope (scope),
  KEY idx_conversation_id (conversation_id),
  KEY idx_session_key (session_key),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_ai_memory_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 5: create table ai_tool_calls
CREATE TABLE ai_tool_calls (
  id int unsigned NOT NULL AUTO_INCREMENT,
  agent_request_id int unsigned NULL,
  tool_name varchar(100) NOT NULL,
  status enum('started', 'ok', 'error', 'timeout') NULL DEFAULT 'started',
  args json NULL,
  error text NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_agent_request_id (agent_request_id),
  KEY idx_tool_name (tool_name),
  KEY idx_status (status),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_ai_tool_calls_agent_request_id FOREIGN KEY (agent_request_id) REFERENCES ai_agent_requests (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 6: create table ai_tool_results
CREATE TABLE ai_tool_results (
  id int unsigned NOT NULL AUTO_INCREMENT,
  tool_call_id int unsigned NOT NULL,
  result_data json NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_ai_tool_results_tool_call_id (tool_call_id),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_ai_tool_results_tool_call_id FOREIGN KEY (tool_call_id) REFERENCES ai_tool_calls (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 7: create table mcp_tool_usage
CREATE TABLE mcp_tool_usage (
  id int unsigned NOT NULL AUTO_INCREMENT,
  tool_name varchar(100) NOT NULL,
  status varchar(20) NULL COMMENT 'started|ok|error|timeout',
  args json NULL,
  result json NULL,
  latency_ms int unsigned NULL,
  tokens_in int unsigned NULL DEFAULT 0,
  tokens_out int unsigned NULL DEFAULT 0,
  error text NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_tool_name (tool_name),
  KEY idx_status (status),
  KEY idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
