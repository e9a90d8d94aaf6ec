-- V1__initial for postgres, the way back

-- undoes step 5: drop table user_preferences
DROP TABLE user_preferences;

-- undoes step 4: drop table system_logs
DROP TABLE system_logs;

-- undoes step 3: drop table conversations
DROP TABLE conversations;

-- undoes step 2: drop table agent_states
DROP TABLE agent_states;

-- undoes step 1: drop function tablewright_touch_updated_at
DROP FUNCTION tablewright_touch_updated_at();
