-- V1__phase1 for sqlite, the way back

-- undoes step 7: drop table mcp_tool_usage
DROP TABLE mcp_tool_usage;

-- undoes step 6: drop table ai_tool_results
DROP TABLE ai_tool_results;

-- undoes step 5: drop table ai_tool_calls
DROP TABLE ai_tool_calls;

-- undoes step 4: drop table ai_memory
DROP TABLE ai_memory;

-- undoes step 3: drop table ai_agent_requests
DROP TABLE ai_agent_requests;

-- undoes step 2: drop table ai_conversation_messages
DROP TABLE ai_conversation_messages;

-- undoes step 1: drop table ai_conversations
DROP TABLE ai_conversations;
