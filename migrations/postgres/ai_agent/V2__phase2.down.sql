-- V2__phase2 for postgres, the way back

-- undoes step 5: drop table ai_stream_tickets
DROP TABLE ai_stream_tickets;

-- undoes step 4: drop table ai_idempotency_keys
DROP TABLE ai_idempotency_keys;

-- undoes step 3: ai_tool_results: drop column error_message
ALTER TABLE ai_tool_results DROP COLUMN error_message;

-- undoes step 2: ai_tool_calls: drop check ck_ai_tool_calls_latency_ms
ALTER TABLE ai_tool_calls DROP CONSTRAINT ck_ai_tool_calls_latency_ms;

-- undoes step 1: ai_tool_calls: drop column latency_ms
ALTER TABLE ai_tool_calls DROP COLUMN latency_ms;
