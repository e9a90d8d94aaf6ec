-- V2__phase2 for sqlite

-- step 1: ai_tool_calls: add column latency_ms, add check ck_ai_tool_calls_latency_ms
ALTER TABLE ai_tool_calls ADD COLUMN latency_ms INTEGER CONSTRAINT ck_ai_tool_calls_latency_ms CHECK (latency_ms BETWEEN 0 AND 4294967295);

-- step 2: ai_tool_results: add column error_message
ALTER TABLE ai_tool_results ADD COLUMN error_message TEXT;

-- step 3: create table ai_idempotency_keys
CREATE TABLE ai_idempotency_keys (
  id INTEGER PRIMARY KEY,
  idempotency_key VARCHAR(255) NOT NULL,
  endpoint VARCHAR(255) NOT NULL,
  resource_id VARCHAR(255),
  response_data TEXT,
  expires_at TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT ck_ai_idempotency_keys_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_idempotency_keys_response_data CHECK (json_valid(response_data))
);

-- step 3
CREATE INDEX ai_idempotency_keys_idx_idempotency_key ON ai_idempotency_keys (idempotency_key);

-- step 3
CREATE INDEX ai_idempotency_keys_idx_endpoint ON ai_idempotency_keys (endpoint);

-- step 3
CREATE INDEX ai_idempotency_keys_idx_expires_at ON ai_idempotency_keys (expires_at);

-- step 3
CREATE UNIQUE INDEX uq_ai_idempotency_keys_idempotency_key ON ai_idempotency_keys (idempotency_key);

-- step 4: create table ai_stream_tickets
CREATE TABLE ai_stream_tickets (
  id INTEGER PRIMARY KEY,
  ticket VARCHAR(64) NOT NULL,
  conversation_id INTEGER,
  session_key VARCHAR(255),
  expires_at TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT fk_ai_stream_tickets_conversation_id FOREIGN KEY (conversation_id) REFERENCES ai_conversations (id) ON DELETE CASCADE,
  CONSTRAINT ck_ai_stream_tickets_id CHECK (id BETWEEN 0 AND 4294967295),
  CONSTRAINT ck_ai_stream_tickets_conversation_id CHECK (conversation_id BETWEEN 0 AND 4294967295)
);

-- step 4
CREATE INDEX ai_stream_tickets_idx_ticket ON ai_stream_tickets (ticket);

-- step 4
CREATE INDEX ai_stream_tickets_idx_expires_at ON ai_stream_tickets (expires_at);

-- step 4
CREATE INDEX ai_stream_tickets_idx_conversation_id ON ai_stream_tickets (conversation_id);

-- step 4
CREATE UNIQUE INDEX uq_ai_stream_tickets_ticket ON ai_stream_tickets (ticket);
