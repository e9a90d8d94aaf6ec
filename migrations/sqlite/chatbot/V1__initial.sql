-- V1__initial for sqlite

-- step 1: create table chatbot_conversations
CREATE TABLE chatbot_conversations (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id TEXT NOT NULL,
  session_id VARCHAR(255) NOT NULL,
  status VARCHAR(50) DEFAULT 'active',
  context TEXT DEFAULT '{}',
  metadata TEXT DEFAULT '{}',
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  last_message_at TEXT,
  PRIMARY KEY (id),
  CONSTRAINT fk_chatbot_conversations_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT ck_chatbot_conversations_context CHECK (json_valid(context)),
  CONSTRAINT ck_chatbot_conversations_metadata CHECK (json_valid(metadata))
);

-- step 1
CREATE INDEX chatbot_conversations_idx_user_id ON chatbot_conversations (user_id);

-- step 1
CREATE INDEX chatbot_conversations_idx_session_id ON chatbot_conversations (session_id);

-- step 1
CREATE INDEX chatbot_conversations_idx_status ON chatbot_conversations (status);

-- step 1
CREATE INDEX chatbot_conversations_idx_last_message_at ON chatbot_conversations (last_message_at);

-- step 1
CREATE UNIQUE INDEX uq_chatbot_conversations_session_id ON chatbot_conversations (session_id);

-- step 2: create table chatbot_analytics
CREATE TABLE chatbot_analytics (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id TEXT,
  conversation_id TEXT,
  event_type VARCHAR(50) NOT NULL,
  event_data TEXT DEFAULT '{}',
  session_duration INTEGER,
  messages_count INTEGER DEFAULT 0,
  satisfaction_score INTEGER,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_chatbot_analytics_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT fk_chatbot_analytics_conversation_id FOREIGN KEY (conversation_id) REFERENCES chatbot_conversations (id) ON DELETE CASCADE,
  CONSTRAINT ck_chatbot_analytics_event_data CHECK (json_valid(event_data))
);

-- step 2
CREATE INDEX chatbot_analytics_idx_user_id ON chatbot_analytics (user_id);

-- step 2
CREATE INDEX chatbot_analytics_idx_event_type ON chatbot_analytics (event_type);

-- step 2
CREATE INDEX chatbot_analytics_idx_created_at ON chatbot_analytics (created_at);

-- step 3: create table chatbot_email_queue
CREATE TABLE chatbot_email_queue (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  user_id TEXT NOT NULL,
  email_type VARCHAR(50) NOT NULL,
  recipient_email VARCHAR(255) NOT NULL,
  subject VARCHAR(255) NOT NULL,
  body TEXT NOT NULL,
  template_data TEXT DEFAULT '{}',
  status VARCHAR(20) DEFAULT 'pending',
  sent_at TEXT,
  error_message TEXT,
  retry_count INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_chatbot_email_queue_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT ck_chatbot_email_queue_template_data CHECK (json_valid(template_data))
);

-- step 3
CREATE INDEX chatbot_email_queue_idx_user_id ON chatbot_email_queue (user_id);

-- step 3
CREATE INDEX chatbot_email_queue_idx_status ON chatbot_email_queue (status);

-- step 3
CREATE INDEX chatbot_email_queue_idx_email_type ON chatbot_email_queue (email_type);

-- step 3
CREATE INDEX chatbot_email_queue_idx_created_at ON chatbot_email_queue (created_at);

-- step 4: create table chatbot_faq
CREATE TABLE chatbot_faq (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  category VARCHAR(50),
  keywords TEXT,
  view_count INTEGER DEFAULT 0,
  helpful_count INTEGER DEFAULT 0,
  not_helpful_count INTEGER DEFAULT 0,
  is_active INTEGER DEFAULT 1,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT ck_chatbot_faq_keywords CHECK (json_valid(keywords)),
  CONSTRAINT ck_chatbot_faq_is_active CHECK (is_active IN (0, 1))
);

-- step 4
CREATE INDEX chatbot_faq_idx_category ON chatbot_faq (category);

-- step 4
CREATE INDEX chatbot_faq_idx_is_active ON chatbot_faq (is_active);

-- step 4
CREATE INDEX chatbot_faq_idx_view_count ON chatbot_faq (view_count);

-- step 5: create table chatbot_intents
CREATE TABLE chatbot_intents (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  name VARCHAR(100) NOT NULL,
  description TEXT,
  patterns TEXT,
  responses TEXT,
  requires_auth INTEGER DEFAULT 0,
  category VARCHAR(50),
  priority INTEGER DEFAULT 0,
  is_active INTEGER DEFAULT 1,
  metadata TEXT DEFAULT '{}',
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT ck_chatbot_intents_patterns CHECK (json_valid(patterns)),
  CONSTRAINT ck_chatbot_intents_responses CHECK (json_valid(responses)),
  CONSTRAINT ck_chatbot_intents_requires_auth CHECK (requires_auth IN (0, 1)),
  CONSTRAINT ck_chatbot_intents_is_active CHECK (is_active IN (0, 1)),
  CONSTRAINT ck_chatbot_intents_metadata CHECK (json_valid(metadata))
);

-- step 5
CREATE INDEX chatbot_intents_idx_name ON chatbot_intents (name);

-- step 5
CREATE INDEX chatbot_intents_idx_category ON chatbot_intents (category);

-- step 5
CREATE INDEX chatbot_intents_idx_is_active ON chatbot_intents (is_active);

-- step 5
CREATE UNIQUE INDEX uq_chatbot_intents_name ON chatbot_intents (name);

-- step 6: create table chatbot_messages
CREATE TABLE chatbot_messages (
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  conversation_id TEXT NOT NULL,
  sender_type VARCHAR(20) NOT NULL,
  content TEXT NOT NULL,
  intent VARCHAR(100),
  confidence NUMERIC(5, 4),
  metadata TEXT DEFAULT '{}',
  is_sensitive INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  CONSTRAINT fk_chatbot_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES chatbot_conversations (id) ON DELETE CASCADE,
  CONSTRAINT ck_chatbot_messages_metadata CHECK (json_valid(metadata)),
  CONSTRAINT ck_chatbot_messages_is_sensitive CHECK (is_sensitive IN (0, 1))
);

-- step 6
CREATE INDEX chatbot_messages_idx_conversation_id ON chatbot_messages (conversation_id);

-- step 6
CREATE INDEX chatbot_messages_idx_sender_type ON chatbot_messages (sender_type);

-- step 6
CREATE INDEX chatbot_messages_idx_intent ON chatbot_messages (intent);

-- step 6
CREATE INDEX chatbot_messages_idx_created_at ON chatbot_messages (created_at);
