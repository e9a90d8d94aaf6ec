-- tablewright: foreign-keys-off
-- V2__phase2 for sqlite, the way back

-- undoes step 4: drop table ai_stream_tickets
DROP TABLE ai_stream_tickets;

-- undoes step 3: drop table ai_idempotency_keys
DROP TABLE ai_idempotency_keys;

-- undoes step 2: ai_tool_results: drop column error_message
ALTER TABLE ai_tool_results DROP COLUMN error_message;

-- undoes step 1: ai_tool_calls: drop check ck_ai_tool_calls_latency_ms, drop column latency_ms
SELECT json_extract('[]', CASE foreign_keys WHEN 1 THEN 'foreign keys must be off while a table is rebuilt (PRAGMA foreign_keys = OFF before BEGIN), or rows that refer to it are lost' ELSE '$' END) FROM pragma_foreign_keys;

-- undoes step 1
SELECT json_extract('[]', CASE count(*) WHEN 0 THEN '$' ELSE 'these triggers would be lost, drop them in a migration of their own: ' || group_concat(name, ', ') END)
FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'ai_tool_calls' COLLATE NOCASE AND name NOT IN ('tr_ai_tool_calls_updated_at_on_update');

-- undoes step 1
CREATE TABLE tablewright_new_ai_tool_calls (
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

-- undoes step 1
INSERT INTO tablewright_new_ai_tool_calls (id, agent_request_id, tool_name, status, args, error, created_at, updated_at)
SELECT id, agent_request_id, tool_name, status, args, error, created_at, updated_at
FROM ai_tool_calls;

-- undoes step 1
DROP TABLE ai_tool_calls;

-- undoes step 1
PRAGMA legacy_alter_table = ON;

-- undoes step 1
ALTER TABLE tablewright_new_ai_tool_calls RENAME TO ai_tool_calls;

-- undoes step 1
PRAGMA legacy_alter_table = OFF;

-- undoes step 1
CREATE INDEX ai_tool_calls_idx_agent_request_id ON ai_tool_calls (agent_request_id);

-- undoes step 1
CREATE INDEX ai_tool_calls_idx_tool_name ON ai_tool_calls (tool_name);

-- undoes step 1
CREATE INDEX ai_tool_calls_idx_status ON ai_tool_calls (status);

-- undoes step 1
CREATE INDEX ai_tool_calls_idx_created_at ON ai_tool_calls (created_at);

-- undoes step 1
CREATE TRIGGER tr_ai_tool_calls_updated_at_on_update AFTER UPDATE ON ai_tool_calls FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE ai_tool_calls SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;
