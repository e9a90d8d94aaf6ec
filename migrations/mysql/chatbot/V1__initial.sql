-- V1__initial for mysql

-- step 1: create table chatbot_conversations
CREATE TABLE chatbot_conversations (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id binary(16) NOT NULL,
  session_id varchar(255) NOT NULL,
  status varchar(50) NULL DEFAULT 'active',
  context json NULL DEFAULT ('{}'),
  metadata json NULL DEFAULT ('{}'),
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  last_message_at datetime NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_chatbot_conversations_session_id (session_id),
  KEY idx_user_id (user_id),
  KEY idx_session_id (session_id),
  KEY idx_status (status),
  KEY idx_last_message_at (last_message_at),
  CONSTRAINT fk_chatbot_conversations_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 2: create table chatbot_analytics
CREATE TABLE chatbot_analytics (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id binary(16) NULL,
  conversation_id binary(16) NULL,
  event_type varchar(50) NOT NULL,
  event_data json NULL DEFAULT ('{}'),
  session_duration int NULL,
  messages_count int NULL DEFAULT 0,
  satisfaction_score int NULL,
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_user_id (user_id),
  KEY idx_event_type (event_type),
  KEY idx_created_at (created_at),
  KEY fk_chatbot_analytics_conversation_id (conversation_id),
  CONSTRAINT fk_chatbot_analytics_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT fk_chatbot_analytics_conversation_id FOREIGN KEY (conversation_id) REFERENCES chatbot_conversations (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 3: create table chatbot_email_queue
CREATE TABLE chatbot_email_queue (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  user_id binary(16) NOT NULL,
  email_type varchar(50) NOT NULL,
  recipient_email varchar(255) NOT NULL,
  subject varchar(255) NOT NULL,
  body text NOT NULL,
  template_data json NULL DEFAULT ('{}'),
  status varchar(20) NULL DEFAULT 'pending',
  sent_at datetime NULL,
  error_message text NULL,
  retry_count int NULL DEFAULT 0,
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_user_id (user_id),
  KEY idx_status (status),
  KEY idx_email_type (email_type),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_chatbot_email_queue_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 4: create table chatbot_faq
CREATE TABLE chatbot_faq (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  question text NOT NULL,
  answer text NOT NULL,
  category varchar(50) NULL,
  keywords json NULL,
  view_count int NULL DEFAULT 0,
  helpful_count int NULL DEFAULT 0,
  not_helpful_count int NULL DEFAULT 0,
  is_active tinyint(1) NULL DEFAULT 1,
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_category (category),
  KEY idx_is_active (is_active),
  KEY idx_view_count (view_count)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 5: create table chatbot_intents
CREATE TABLE chatbot_intents (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  name varchar(100) NOT NULL,
  description text NULL,
  patterns json NULL,
  responses json NULL,
  requires_auth tinyint(1) NULL DEFAULT 0,
  category varchar(50) NULL,
  priority int NULL DEFAULT 0,
  is_active tinyint(1) NULL DEFAULT 1,
  metadata json NULL DEFAULT ('{}'),
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY uq_chatbot_intents_name (name),
  KEY idx_name (name),
  KEY idx_category (category),
  KEY idx_is_active (is_active)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- step 6: create table chatbot_messages
CREATE TABLE chatbot_messages (
  id binary(16) NOT NULL DEFAULT (unhex(replace(uuid(),'-',''))),
  conversation_id binary(16) NOT NULL,
  sender_type varchar(20) NOT NULL,
  content text NOT NULL,
  intent varchar(100) NULL,
  confidence decimal(5,4) NULL,
  metadata json NULL DEFAULT ('{}'),
  is_sensitive tinyint(1) NULL DEFAULT 0,
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY idx_conversation_id (conversation_id),
  KEY idx_sender_type (sender_type),
  KEY idx_intent (intent),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_chatbot_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES chatbot_conversations (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
