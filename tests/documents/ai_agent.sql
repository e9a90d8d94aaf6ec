-- AI Agent's document, its SQL for MySQL and MariaDB, word for word.

CREATE TABLE ai_conversations (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  session_key VARCHAR(255) NOT NULL,
  provider VARCHAR(50) DEFAULT NULL,
  model VARCHAR(100) DEFAULT NULL,
  total_tokens INT UNSIGNED DEFAULT 0,
  cost_nzd_cents INT UNSIGNED DEFAULT 0,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,

  INDEX idx_session_key (session_key),
  INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_conversation_messages (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  conversation_id INT UNSIGNED NOT NULL,
  role ENUM('system', 'user', 'assistant', 'tool') NOT NULL,
  content TEXT NOT NULL,
  tokens INT UNSIGNED DEFAULT 0,
  cost_nzd_cents INT UNSIGNED DEFAULT 0,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (conversation_id)
    REFERENCES ai_conversations(id)
    ON DELETE CASCADE,

  INDEX idx_conversation_id (conversation_id),
  INDEX idx_role (role),
  INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_agent_requests (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  request_id VARCHAR(64) NOT NULL UNIQUE,
  endpoint VARCHAR(255) NOT NULL,
  method VARCHAR(10) DEFAULT 'POST',
  conversation_id INT UNSIGNED DEFAULT NULL,
  message_id INT UNSIGNED DEFAULT NULL,
  session_key VARCHAR(255) DEFAULT NULL,
  ip VARCHAR(45) DEFAULT NULL,
  user_agent TEXT DEFAULT NULL,
  status_code SMALLINT UNSIGNED DEFAULT NULL,
  latency_ms INT UNSIGNED DEFAULT NULL,
  error_code VARCHAR(50) DEFAULT NULL,
  error_message TEXT DEFAULT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (conversation_id)
    REFERENCES ai_conversations(id)
    ON DELETE SET NULL,
  FOREIGN KEY (message_id)
    REFERENCES ai_conversation_messages(id)
    ON DELETE SET NULL,

  INDEX idx_request_id (request_id),
  INDEX idx_endpoint (endpoint),
  INDEX idx_conversation_id (conversation_id),
  INDEX idx_message_id (message_id),
  INDEX idx_session_key (session_key),
  INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_tool_calls (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  agent_request_id INT UNSIGNED DEFAULT NULL,
  tool_name VARCHAR(100) NOT NULL,
  status ENUM('started', 'ok', 'error', 'timeout') DEFAULT 'started',
  args JSON DEFAULT NULL,
  latency_ms INT UNSIGNED DEFAULT NULL,
  error TEXT DEFAULT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,

  FOREIGN KEY (agent_request_id)
    REFERENCES ai_agent_requests(id)
    ON DELETE CASCADE,

  INDEX idx_agent_request_id (agent_request_id),
  INDEX idx_tool_name (tool_name),
  INDEX idx_status (status),
  INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_tool_results (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tool_call_id INT UNSIGNED NOT NULL,
  result_data JSON DEFAULT NULL,
  error_message TEXT DEFAULT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (tool_call_id)
    REFERENCES ai_tool_calls(id)
    ON DELETE CASCADE,

  UNIQUE KEY (tool_call_id),
  INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_memory (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  scope ENUM('global', 'project', 'session', 'user') NOT NULL,
  `key` VARCHAR(255) NOT NULL,
  value JSON NOT NULL,
  confidence TINYINT UNSIGNED DEFAULT 50 COMMENT '0-100',
  source VARCHAR(50) DEFAULT 'assistant' COMMENT 'user|assistant|system',
  conversation_id INT UNSIGNED DEFAULT NULL,
  session_key VARCHAR(255) DEFAULT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,

  FOREIGN KEY (conversation_id)
    REFERENCES ai_conversations(id)
    ON DELETE SET NULL,

  UNIQUE KEY idx_scope_key (scope, `key`),
  INDEX idx_scope (scope),
  INDEX idx_conversation_id (conversation_id),
  INDEX idx_session_key (session_key),
  INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE mcp_tool_usage (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tool_name VARCHAR(100) NOT NULL,
  status VARCHAR(20) DEFAULT NULL COMMENT 'started|ok|error|timeout',
  args JSON DEFAULT NULL,
  result JSON DEFAULT NULL,
  latency_ms INT UNSIGNED DEFAULT NULL,
  tokens_in INT UNSIGNED DEFAULT 0,
  tokens_out INT UNSIGNED DEFAULT 0,
  error TEXT DEFAULT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,

  INDEX idx_tool_name (tool_name),
  INDEX idx_status (status),
  INDEX idx_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_stream_tickets (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ticket VARCHAR(64) NOT NULL UNIQUE,
  conversation_id INT UNSIGNED DEFAULT NULL,
  session_key VARCHAR(255) DEFAULT NULL,
  expires_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,

  FOREIGN KEY (conversation_id)
    REFERENCES ai_conversations(id)
    ON DELETE CASCADE,

  INDEX idx_ticket (ticket),
  INDEX idx_expires_at (expires_at),
  INDEX idx_conversation_id (conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_idempotency_keys (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  idempotency_key VARCHAR(255) NOT NULL UNIQUE,
  endpoint VARCHAR(255) NOT NULL,
  resource_id VARCHAR(255) DEFAULT NULL COMMENT 'conversation_id, message_id, etc.',
  response_data JSON DEFAULT NULL,
  expires_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,

  INDEX idx_idempotency_key (idempotency_key),
  INDEX idx_endpoint (endpoint),
  INDEX idx_expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
