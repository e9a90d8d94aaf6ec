-- V2__chatbot_tables for sqlite, the way back

-- undoes step 3: drop table messages
DROP TABLE messages;

-- undoes step 2: drop table conversation_metadata
DROP TABLE conversation_metadata;

-- undoes step 1: drop table conversations
DROP TABLE conversations;
