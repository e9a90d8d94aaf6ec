-- V1__initial for postgres

-- step 1: create function tablewright_touch_updated_at
CREATE OR REPLACE FUNCTION tablewright_touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.updated_at = CURRENT_TIMESTAMP; RETURN NEW; END$$;

-- step 2: create table agent_states
CREATE TABLE agent_states (
    id         uuid        NOT NULL,
    agent_name varchar(50) NOT NULL,
    session_id varchar(64) NOT NULL,
    state      jsonb       NOT NULL,
    created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_agent_states PRIMARY KEY (id),
    CONSTRAINT agent_states_unique_agent_session UNIQUE (agent_name, session_id)
);

-- step 2
CREATE INDEX agent_states_idx_agent ON agent_states (agent_name);

-- step 2
CREATE INDEX agent_states_idx_session ON agent_states (session_id);

-- step 2
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON agent_states FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 3: create table conversations
CREATE TABLE conversations (
    id             uuid         NOT NULL,
    session_id     varchar(64)  NOT NULL,
    user_input     text         NOT NULL,
    agent_response text         NOT NULL,
    agent_name     varchar(50)  NOT NULL,
    confidence     numeric(5,4),
    metadata       jsonb,
    created_at     timestamptz  DEFAULT CURRENT_TIMESTAMP,
    updated_at     timestamptz  DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_conversations PRIMARY KEY (id)
);

-- step 3
CREATE INDEX conversations_idx_session ON conversations (session_id);

-- step 3
CREATE INDEX conversations_idx_created ON conversations (created_at);

-- step 3
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON conversations FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();

-- step 4: create table system_logs
CREATE TABLE system_logs (
    id         uuid        NOT NULL,
    level      varchar(20) NOT NULL,
    message    text        NOT NULL,
    context    jsonb,
    created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_system_logs PRIMARY KEY (id)
);

-- step 4
CREATE INDEX system_logs_idx_level ON system_logs (level);

-- step 4
CREATE INDEX system_logs_idx_created ON system_logs (created_at);

-- step 5: create table user_preferences
CREATE TABLE user_preferences (
    id          uuid        NOT NULL,
    session_id  varchar(64) NOT NULL,
    preferences jsonb       NOT NULL,
    created_at  timestamptz DEFAULT CURRENT_TIMESTAMP,
    updated_at  timestamptz DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_user_preferences PRIMARY KEY (id),
    CONSTRAINT uq_user_preferences_session_id UNIQUE (session_id)
);

-- step 5
CREATE INDEX user_preferences_idx_session ON user_preferences (session_id);

-- step 5
CREATE TRIGGER tablewright_touch_updated_at BEFORE UPDATE ON user_preferences FOR EACH ROW
    WHEN (old.* *<> new.* AND old.updated_at IS NOT DISTINCT FROM new.updated_at)
    EXECUTE FUNCTION tablewright_touch_updated_at();
