-- V1__initial for mysql

-- step 1: create table agent_states
CREATE TABLE agent_states (
  id binary(16) NOT NULL,
  agent_name varchar(50) NOT NULL,
  session_id varchar(64) NOT NULL,
  state json NOT NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY unique_agent_session (agent_name, session_id),
  KEY idx_agent (agent_name),
  KEY idx_session (session_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 2: create table conversations
CREATE TABLE conversations (
  id binary(16) NOT NULL,
  session_id varchar(64) NOT NULL,
  user_input text NOT NULL,
  agent_response text NOT NULL,
  agent_name varchar(50) NOT NULL,
  confidence decimal(5,4) NULL,
  metadata json NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_session (session_id),
  KEY idx_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 3: create table system_logs
CREATE TABLE system_logs (
  id binary(16) NOT NULL,
  level varchar(20) NOT NULL,
  message text NOT NULL,
  context json NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_level (level),
  KEY idx_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 4: create table user_preferences
CREATE TABLE user_preferences (
  id binary(16) NOT NULL,
  session_id varchar(64) NOT NULL,
  preferences json NOT NULL,
  created_at timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_user_preferences_session_id (session_id),
  KEY idx_session (session_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
