-- V2__chatbot_tables for mysql

-- step 1: create table conversations
CREATE TABLE conversations (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id varchar(255) NOT NULL,
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_conversations_user_id (user_id),
  KEY idx_conversations_created_at (created_at),
  CONSTRAINT fk_conversations_user_id FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 2: create table conversation_metadata
CREATE TABLE conversation_metadata (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  conversation_id binary(16) NOT NULL,
  topic varchar(200) NULL,
  task_count_created int NULL DEFAULT 0,
  task_count_completed int NULL DEFAULT 0,
  message_count int NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY uq_conversation_metadata_conversation_id (conversation_id),
  KEY idx_conversation_metadata_conversation_id (conversation_id),
  CONSTRAINT fk_conversation_metadata_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 3: create table messages
CREATE TABLE messages (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  conversation_id binary(16) NOT NULL,
  user_id varchar(255) NOT NULL,
  role varchar(20) NOT NULL,
  content text NOT NULL,
  tool_used varchar(50) NULL,
  action_taken text NULL,
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_messages_conversation_id (conversation_id),
  KEY idx_messages_user_id (user_id),
  KEY idx_messages_created_at (created_at),
  KEY idx_messages_role (role),
  CONSTRAINT fk_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE,
  CONSTRAINT fk_messages_user_id FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT ck_messages_1 CHECK (role IN ('user', 'assistant'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
