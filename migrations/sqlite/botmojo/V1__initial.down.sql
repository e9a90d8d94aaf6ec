-- V1__initial for sqlite, the way back

-- undoes step 4: drop table user_preferences
DROP TABLE user_preferences;

-- undoes step 3: drop table system_logs
DROP TABLE system_logs;

-- undoes step 2: drop table conversations
DROP TABLE conversations;

-- undoes step 1: drop table agent_states
DROP TABLE agent_states;
