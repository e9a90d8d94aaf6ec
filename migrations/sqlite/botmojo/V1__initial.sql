-- V1__initial for sqlite

-- step 1: create table agent_states
CREATE TABLE agent_states (
  id TEXT NOT NULL,
  agent_name VARCHAR(50) NOT NULL,
  session_id VARCHAR(64) NOT NULL,
  state TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT ck_agent_states_state CHECK (json_valid(state))
);

-- step 1
CREATE INDEX agent_states_idx_agent ON agent_states (agent_name);

-- step 1
CREATE INDEX agent_states_idx_session ON agent_states (session_id);

-- step 1
CREATE UNIQUE INDEX agent_states_unique_agent_session ON agent_states (agent_name, session_id);

-- step 1
CREATE TRIGGER tr_agent_states_updated_at_on_update AFTER UPDATE ON agent_states FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE agent_states SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 2: create table conversations
CREATE TABLE conversations (
  id TEXT NOT NULL,
  session_id VARCHAR(64) NOT NULL,
  user_input TEXT NOT NULL,
  agent_response TEXT NOT NULL,
  agent_name VARCHAR(50) NOT NULL,
  confidence NUMERIC(5, 4),
  metadata TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT ck_conversations_metadata CHECK (json_valid(metadata))
);

-- step 2
CREATE INDEX conversations_idx_session ON conversations (session_id);

-- step 2
CREATE INDEX conversations_idx_created ON conversations (created_at);

-- step 2
CREATE TRIGGER tr_conversations_updated_at_on_update AFTER UPDATE ON conversations FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE conversations SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;

-- step 3: create table system_logs
CREATE TABLE system_logs (
  id TEXT NOT NULL,
  level VARCHAR(20) NOT NULL,
  message TEXT NOT NULL,
  context TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT ck_system_logs_context CHECK (json_valid(context))
);

-- step 3
CREATE INDEX system_logs_idx_level ON system_logs (level);

-- step 3
CREATE INDEX system_logs_idx_created ON system_logs (created_at);

-- step 4: create table user_preferences
CREATE TABLE user_preferences (
  id TEXT NOT NULL,
  session_id VARCHAR(64) NOT NULL,
  preferences TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT ck_user_preferences_preferences CHECK (json_valid(preferences))
);

-- step 4
CREATE INDEX user_preferences_idx_session ON user_preferences (session_id);

-- step 4
CREATE UNIQUE INDEX uq_user_preferences_session_id ON user_preferences (session_id);

-- step 4
CREATE TRIGGER tr_user_preferences_updated_at_on_update AFTER UPDATE ON user_preferences FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at AND NEW.updated_at IS NOT CURRENT_TIMESTAMP
BEGIN UPDATE user_preferences SET updated_at = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END;
