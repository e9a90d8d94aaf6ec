-- V2__chatbot_tables for sqlite

-- step 1: create table conversations
CREATE TABLE conversations (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id VARCHAR(255) NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_conversations_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);

-- step 1
CREATE INDEX idx_conversations_user_id ON conversations (user_id);

-- step 1
CREATE INDEX idx_conversations_created_at ON conversations (created_at);

-- step 2: create table conversation_metadata
CREATE TABLE conversation_metadata (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  conversation_id TEXT NOT NULL,
  topic VARCHAR(200),
  task_count_created INTEGER DEFAULT 0,
  task_count_completed INTEGER DEFAULT 0,
  message_count INTEGER DEFAULT 0,
  PRIMARY KEY (id),
  CONSTRAINT fk_conversation_metadata_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

-- step 2
CREATE INDEX idx_conversation_metadata_conversation_id ON conversation_metadata (conversation_id);

-- step 2
CREATE UNIQUE INDEX uq_conversation_metadata_conversation_id ON conversation_metadata (conversation_id);

-- step 3: create table messages
CREATE TABLE messages (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  conversation_id TEXT NOT NULL,
  user_id VARCHAR(255) NOT NULL,
  role VARCHAR(20) NOT NULL,
  content TEXT NOT NULL,
  tool_used VARCHAR(50),
  action_taken TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE,
  CONSTRAINT fk_messages_user_id FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT ck_messages_1 CHECK (role IN ('user', 'assistant'))
);

-- step 3
CREATE INDEX idx_messages_conversation_id ON messages (conversation_id);

-- step 3
CREATE INDEX idx_messages_user_id ON messages (user_id);

-- step 3
CREATE INDEX idx_messages_created_at ON messages (created_at);

-- step 3
CREATE INDEX idx_messages_role ON messages (role);
