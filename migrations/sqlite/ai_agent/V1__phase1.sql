-- V1__phase1 for sqlite

-- step 1: create table ai_conversations
CREATE TABLE ai_conversations (
  id INTEGER PRIMARY KEY,
  session_key VARCHAR(255) NOT NULL,
  provider VARCHAR(50),
  model VARCHAR(100),
  total_tokens INTEGER DEFAULT 0,
  cost_nzd_cents INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT ck_ai_conversations_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_conversations_total_tokens CHECK (total_tokens BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_conversations_cost_nzd_cents CHECK (cost_nzd_cents BETWEEN 0 AND 4294967295)
);

-- step 1
CREATE INDEX ai_conversations_idx_session_key ON ai_conversations (session_key);

-- step 1
CREATE INDEX ai_conversations_idx_created_at ON ai_conversations (created_at);

-- step 1
CREATE TRIGGER tr_ai_conversations_updated_at_on_update AFTER UPDATE ON ai_conversations FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE ai_conversations SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 2: create table ai_conversation_messages
CREATE TABLE ai_conversation_messages (
  id INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL,
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  tokens INTEGER DEFAULT 0,
  cost_nzd_cents INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT fk_ai_conversation_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE CASCADE,
  CONSTRAINT ck_ai_conversation_messages_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_conversation_messages_conversation_id CHECK (conversation_id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_conversation_messages_role CHECK (role IN ('system', 'user', 'assistant', 'tool')),
  CONSTRAINT ck_ai_conversation_messages_tokens CHECK (tokens BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_conversation_messages_cost_nzd_cents CHECK (cost_nzd_cents BETWEEN 0 AND 4294967295)
);

-- step 2
CREATE INDEX ai_conversation_messages_idx_conversation_id ON ai_conversation_messages (conversation_id);

-- step 2
CREATE INDEX ai_conversation_messages_idx_role ON ai_conversation_messages (role);

-- step 2
CREATE INDEX ai_conversation_messages_idx_created_at ON ai_conversation_messages (created_at);

-- step 3: create table ai_agent_requests
CREATE TABLE ai_agent_requests (
  id INTEGER PRIMARY KEY,
  request_id VARCHAR(64) NOT NULL,
  endpoint VARCHAR(255) NOT NULL,
  method VARCHAR(10) DEFAULT 'POST',
  conversation_id INTEGER,
  message_id INTEGER,
  session_key VARCHAR(255),
  ip VARCHAR(45),
  user_agent TEXT,
  status_code INTEGER,
  latency_ms INTEGER,
  error_code VARCHAR(50),
  error_message TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT fk_ai_agent_requests_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE SET NULL,
  CONSTRAINT fk_ai_agent_requests_message_id FOREIGN KEY (message_id) REFERENCES ai_conversation_messages (id) ON DELETE SET NULL,
  CONSTRAINT ck_ai_agent_requests_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_agent_requests_conversation_id CHECK (conversation_id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_agent_requests_message_id CHECK (message_id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_agent_requests_status_code CHECK (status_code BETWEEN 0 AND 65535),
  CONSTRAINT ck_ai_agent_requests_latency_ms CHECK (latency_ms BETWEEN 0 AND 4294967295)
);

-- step 3
CREATE INDEX ai_agent_requests_idx_request_id ON ai_agent_requests (request_id);

-- step 3
CREATE INDEX ai_agent_requests_idx_endpoint ON ai_agent_requests (endpoint);

-- step 3
CREATE INDEX ai_agent_requests_idx_conversation_id ON ai_agent_requests (conversation_id);

-- step 3
CREATE INDEX ai_agent_requests_idx_message_id ON ai_agent_requests (message_id);

-- step 3
CREATE INDEX ai_agent_requests_idx_session_key ON ai_agent_requests (session_key);

-- step 3
CREATE INDEX ai_agent_requests_idx_created_at ON ai_agent_requests (created_at);

-- step 3
CREATE UNIQUE INDEX uq_ai_agent_requests_request_id ON ai_agent_requests (request_id);

-- step 4: create table ai_memory
CREATE TABLE ai_memory (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  key VARCHAR(255) NOT NULL,
  value TEXT NOT NULL,
  confidence INTEGER DEFAULT 50,
  source VARCHAR(50) DEFAULT 'assistant',
  conversation_id INTEGER,
  session_key VARCHAR(255),
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT fk_ai_memory_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE SET NULL,
  CONSTRAINT ck_ai_memory_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_memory_scope CHECK (scope IN ('global', 'project', 'session', 'user')),
  CONSTRAINT ck_ai_memory_value CHECK (json_valid(value)),
  CONSTRAINT ck_ai_memory_confidence CHECK (confidence BETWEEN 0 AND 255),
  CONSTRAINT ck_ai_memory_conversation_id CHECK (conversation_id BETWEEN 0 AND 4294967295)
);

-- step 4
CREATE INDEX ai_memory_idx_scope ON ai_memory (scope);

-- step 4
CREATE INDEX ai_memory_idx_conversation_id ON ai_memory (conversation_id);

-- step 4
CREATE INDEX ai_memory_idx_session_key ON ai_memory (session_key);

-- step 4
CREATE INDEX ai_memory_idx_created_at ON ai_memory (created_at);

-- step 4
CREATE UNIQUE INDEX ai_memory_idx_scope_key ON ai_memory (scope, key);

-- step 4
CREATE TRIGGER tr_ai_memory_updated_at_on_update AFTER UPDATE ON ai_memory FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE ai_memory SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 5: create table ai_tool_calls
CREATE TABLE ai_tool_calls (
  id INTEGER PRIMARY KEY,
  agent_request_id INTEGER,
  tool_name VARCHAR(100) NOT NULL,
  status TEXT DEFAULT 'started',
  args TEXT,
  error TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT fk_ai_tool_calls_agent_request_id FOREIGN KEY (agent_request_id) REFERENCES ai_agent_requests (id) ON DELETE CASCADE,
  CONSTRAINT ck_ai_tool_calls_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_tool_calls_agent_request_id CHECK (agent_request_id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_tool_calls_status CHECK (status IN ('started', 'ok', 'error', 'timeout')),
  CONSTRAINT ck_ai_tool_calls_args CHECK (json_valid(args))
);

-- step 5
CREATE INDEX ai_tool_calls_idx_agent_request_id ON ai_tool_calls (agent_request_id);

-- step 5
CREATE INDEX ai_tool_calls_idx_tool_name ON ai_tool_calls (tool_name);

-- step 5
CREATE INDEX ai_tool_calls_idx_status ON ai_tool_calls (status);

-- step 5
CREATE INDEX ai_tool_calls_idx_created_at ON ai_tool_calls (created_at);

-- step 5
CREATE TRIGGER tr_ai_tool_calls_updated_at_on_update AFTER UPDATE ON ai_tool_calls FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE ai_tool_calls SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 6: create table ai_tool_results
CREATE TABLE ai_tool_results (
  id INTEGER PRIMARY KEY,
  tool_call_id INTEGER NOT NULL,
  result_data TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT fk_ai_tool_results_tool_call_id FOREIGN KEY (tool_call_id) REFERENCES ai_tool_calls (id) ON DELETE CASCADE,
  CONSTRAINT ck_ai_tool_results_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_tool_results_tool_call_id CHECK (tool_call_id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_tool_results_result_data CHECK (json_valid(result_data))
);

-- step 6
CREATE INDEX ai_tool_results_idx_created_at ON ai_tool_results (created_at);

-- step 6
CREATE UNIQUE INDEX uq_ai_tool_results_tool_call_id ON ai_tool_results (tool_call_id);

-- step 7: create table mcp_tool_usage
CREATE TABLE mcp_tool_usage (
  id INTEGER PRIMARY KEY,
  tool_name VARCHAR(100) NOT NULL,
  status VARCHAR(20),
  args TEXT,
  result TEXT,
  latency_ms INTEGER,
  tokens_in INTEGER DEFAULT 0,
  tokens_out INTEGER DEFAULT 0,
  error TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT ck_mcp_tool_usage_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_mcp_tool_usage_args CHECK (json_valid(args)),
  CONSTRAINT ck_mcp_tool_usage_result CHECK (json_valid(result)),
  CONSTRAINT ck_mcp_tool_usage_latency_ms CHECK (latency_ms BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_mcp_tool_usage_tokens_in CHECK (tokens_in BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_mcp_tool_usage_tokens_out CHECK (tokens_out BETWEEN 0 AND 4294967295)
);

-- step 7
CREATE INDEX mcp_tool_usage_idx_tool_name ON mcp_tool_usage (tool_name);

-- step 7
CREATE INDEX mcp_tool_usage_idx_status ON mcp_tool_usage (status);

-- step 7
CREATE INDEX mcp_tool_usage_idx_created_at ON mcp_tool_usage (created_at);
