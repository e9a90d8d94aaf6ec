-- The chatbot's document, its SQL for PostgreSQL. Two things are settled, because it doesn't run as it stands:
-- - PostgreSQL has no INDEX inside CREATE TABLE: each became a CREATE INDEX after its table;
-- - idx_user_id and others stand on several tables, and an index name is unique per schema:
--   each index is named <table>_<its name in the document>.
-- The rest is word for word.

-- The document presupposes this extension: uuid_generate_v4() is in it.
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

-- A stand-in: `users` belongs to another system. It is not part of the document's SQL.
CREATE TABLE users (
  id UUID PRIMARY KEY
);

CREATE TABLE chatbot_conversations (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  session_id VARCHAR(255) UNIQUE NOT NULL,
  status VARCHAR(50) DEFAULT 'active', -- active, closed, archived
  context JSONB DEFAULT '{}', -- Conversation context
  metadata JSONB DEFAULT '{}', -- Additional data
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  last_message_at TIMESTAMP
);
CREATE INDEX chatbot_conversations_idx_user_id ON chatbot_conversations (user_id);
CREATE INDEX chatbot_conversations_idx_session_id ON chatbot_conversations (session_id);
CREATE INDEX chatbot_conversations_idx_status ON chatbot_conversations (status);
CREATE INDEX chatbot_conversations_idx_last_message_at ON chatbot_conversations (last_message_at);

CREATE TABLE chatbot_messages (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  conversation_id UUID NOT NULL REFERENCES chatbot_conversations(id) ON DELETE CASCADE,
  sender_type VARCHAR(20) NOT NULL, -- 'user' or 'bot'
  content TEXT NOT NULL,
  intent VARCHAR(100), -- Detected intent
  confidence DECIMAL(5,4), -- AI confidence score
  metadata JSONB DEFAULT '{}',
  is_sensitive BOOLEAN DEFAULT FALSE, -- Contains PII
  created_at TIMESTAMP DEFAULT NOW()
);
CREATE INDEX chatbot_messages_idx_conversation_id ON chatbot_messages (conversation_id);
CREATE INDEX chatbot_messages_idx_sender_type ON chatbot_messages (sender_type);
CREATE INDEX chatbot_messages_idx_intent ON chatbot_messages (intent);
CREATE INDEX chatbot_messages_idx_created_at ON chatbot_messages (created_at);

CREATE TABLE chatbot_intents (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  name VARCHAR(100) UNIQUE NOT NULL,
  description TEXT,
  patterns TEXT[], -- Matching patterns
  responses TEXT[], -- Possible responses
  requires_auth BOOLEAN DEFAULT FALSE,
  category VARCHAR(50), -- FAQ, support, matching, etc.
  priority INTEGER DEFAULT 0,
  is_active BOOLEAN DEFAULT TRUE,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW()
);
CREATE INDEX chatbot_intents_idx_name ON chatbot_intents (name);
CREATE INDEX chatbot_intents_idx_category ON chatbot_intents (category);
CREATE INDEX chatbot_intents_idx_is_active ON chatbot_intents (is_active);

CREATE TABLE chatbot_analytics (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID REFERENCES users(id) ON DELETE SET NULL,
  conversation_id UUID REFERENCES chatbot_conversations(id) ON DELETE CASCADE,
  event_type VARCHAR(50) NOT NULL, -- message_sent, intent_detected, etc.
  event_data JSONB DEFAULT '{}',
  session_duration INTEGER, -- in seconds
  messages_count INTEGER DEFAULT 0,
  satisfaction_score INTEGER, -- 1-5 rating
  created_at TIMESTAMP DEFAULT NOW()
);
CREATE INDEX chatbot_analytics_idx_user_id ON chatbot_analytics (user_id);
CREATE INDEX chatbot_analytics_idx_event_type ON chatbot_analytics (event_type);
CREATE INDEX chatbot_analytics_idx_created_at ON chatbot_analytics (created_at);

CREATE TABLE chatbot_email_queue (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  email_type VARCHAR(50) NOT NULL, -- match_alert, collab_request, etc.
  recipient_email VARCHAR(255) NOT NULL, -- Masked email
  subject VARCHAR(255) NOT NULL,
  body TEXT NOT NULL,
  template_data JSONB DEFAULT '{}',
  status VARCHAR(20) DEFAULT 'pending', -- pending, sent, failed
  sent_at TIMESTAMP,
  error_message TEXT,
  retry_count INTEGER DEFAULT 0,
  created_at TIMESTAMP DEFAULT NOW()
);
CREATE INDEX chatbot_email_queue_idx_user_id ON chatbot_email_queue (user_id);
CREATE INDEX chatbot_email_queue_idx_status ON chatbot_email_queue (status);
CREATE INDEX chatbot_email_queue_idx_email_type ON chatbot_email_queue (email_type);
CREATE INDEX chatbot_email_queue_idx_created_at ON chatbot_email_queue (created_at);

CREATE TABLE chatbot_faq (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  category VARCHAR(50),
  keywords TEXT[],
  view_count INTEGER DEFAULT 0,
  helpful_count INTEGER DEFAULT 0,
  not_helpful_count INTEGER DEFAULT 0,
  is_active BOOLEAN DEFAULT TRUE,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW()
);
CREATE INDEX chatbot_faq_idx_category ON chatbot_faq (category);
CREATE INDEX chatbot_faq_idx_is_active ON chatbot_faq (is_active);
CREATE INDEX chatbot_faq_idx_view_count ON chatbot_faq (view_count);
