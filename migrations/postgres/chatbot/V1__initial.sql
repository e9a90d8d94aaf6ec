-- V1__initial for postgres

-- step 1: create extension uuid-ossp
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

-- step 2: create table chatbot_conversations
CREATE TABLE chatbot_conversations (
    id              uuid         NOT NULL DEFAULT uuid_generate_v4(),
    user_id         uuid         NOT NULL,
    session_id      varchar(255) NOT NULL,
    status          varchar(50)  DEFAULT 'active',
    context         jsonb        DEFAULT '{}',
    metadata        jsonb        DEFAULT '{}',
    created_at      timestamp    DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamp    DEFAULT CURRENT_TIMESTAMP,
    last_message_at timestamp,
    CONSTRAINT pk_chatbot_conversations PRIMARY KEY (id),
    CONSTRAINT uq_chatbot_conversations_session_id UNIQUE (session_id),
    CONSTRAINT fk_chatbot_conversations_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- step 2
CREATE INDEX chatbot_conversations_idx_user_id ON chatbot_conversations (user_id);

-- step 2
CREATE INDEX chatbot_conversations_idx_session_id ON chatbot_conversations (session_id);

-- step 2
CREATE INDEX chatbot_conversations_idx_status ON chatbot_conversations (status);

-- step 2
CREATE INDEX chatbot_conversations_idx_last_message_at ON chatbot_conversations (last_message_at);

-- step 3: create table chatbot_analytics
CREATE TABLE chatbot_analytics (
    id                 uuid        NOT NULL DEFAULT uuid_generate_v4(),
    user_id            uuid,
    conversation_id    uuid,
    event_type         varchar(50) NOT NULL,
    event_data         jsonb       DEFAULT '{}',
    session_duration   integer,
    messages_count     integer     DEFAULT 0,
    satisfaction_score integer,
    created_at         timestamp   DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_chatbot_analytics PRIMARY KEY (id),
    CONSTRAINT fk_chatbot_analytics_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_chatbot_analytics_conversation_id FOREIGN KEY (conversation_id) REFERENCES chatbot_conversations (id) ON DELETE CASCADE
);

-- step 3
CREATE INDEX chatbot_analytics_idx_user_id ON chatbot_analytics (user_id);

-- step 3
CREATE INDEX chatbot_analytics_idx_event_type ON chatbot_analytics (event_type);

-- step 3
CREATE INDEX chatbot_analytics_idx_created_at ON chatbot_analytics (created_at);

-- step 4: create table chatbot_email_queue
CREATE TABLE chatbot_email_queue (
    id              uuid         NOT NULL DEFAULT uuid_generate_v4(),
    user_id         uuid         NOT NULL,
    email_type      varchar(50)  NOT NULL,
    recipient_email varchar(255) NOT NULL,
    subject         varchar(255) NOT NULL,
    body            text         NOT NULL,
    template_data   jsonb        DEFAULT '{}',
    status          varchar(20)  DEFAULT 'pending',
    sent_at         timestamp,
    error_message   text,
    retry_count     integer      DEFAULT 0,
    created_at      timestamp    DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_chatbot_email_queue PRIMARY KEY (id),
    CONSTRAINT fk_chatbot_email_queue_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- step 4
CREATE INDEX chatbot_email_queue_idx_user_id ON chatbot_email_queue (user_id);

-- step 4
CREATE INDEX chatbot_email_queue_idx_status ON chatbot_email_queue (status);

-- step 4
CREATE INDEX chatbot_email_queue_idx_email_type ON chatbot_email_queue (email_type);

-- step 4
CREATE INDEX chatbot_email_queue_idx_created_at ON chatbot_email_queue (created_at);

-- step 5: create table chatbot_faq
CREATE TABLE chatbot_faq (
    id                uuid        NOT NULL DEFAULT uuid_generate_v4(),
    question          text        NOT NULL,
    answer            text        NOT NULL,
    category          varchar(50),
    keywords          text[],
    view_count        integer     DEFAULT 0,
    helpful_count     integer     DEFAULT 0,
    not_helpful_count integer     DEFAULT 0,
    is_active         boolean     DEFAULT true,
    created_at        timestamp   DEFAULT CURRENT_TIMESTAMP,
    updated_at        timestamp   DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_chatbot_faq PRIMARY KEY (id)
);

-- step 5
CREATE INDEX chatbot_faq_idx_category ON chatbot_faq (category);

-- step 5
CREATE INDEX chatbot_faq_idx_is_active ON chatbot_faq (is_active);

-- step 5
CREATE INDEX chatbot_faq_idx_view_count ON chatbot_faq (view_count);

-- step 6: create table chatbot_intents
CREATE TABLE chatbot_intents (
    id            uuid         NOT NULL DEFAULT uuid_generate_v4(),
    name          varchar(100) NOT NULL,
    description   text,
    patterns      text[],
    responses     text[],
    requires_auth boolean      DEFAULT false,
    category      varchar(50),
    priority      integer      DEFAULT 0,
    is_active     boolean      DEFAULT true,
    metadata      jsonb        DEFAULT '{}',
    created_at    timestamp    DEFAULT CURRENT_TIMESTAMP,
    updated_at    timestamp    DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_chatbot_intents PRIMARY KEY (id),
    CONSTRAINT uq_chatbot_intents_name UNIQUE (name)
);

-- step 6
CREATE INDEX chatbot_intents_idx_name ON chatbot_intents (name);

-- step 6
CREATE INDEX chatbot_intents_idx_category ON chatbot_intents (category);

-- step 6
CREATE INDEX chatbot_intents_idx_is_active ON chatbot_intents (is_active);

-- step 7: create table chatbot_messages
CREATE TABLE chatbot_messages (
    id              uuid         NOT NULL DEFAULT uuid_generate_v4(),
    conversation_id uuid         NOT NULL,
    sender_type     varchar(20)  NOT NULL,
    content         text         NOT NULL,
    intent          varchar(100),
    confidence      numeric(5,4),
    metadata        jsonb        DEFAULT '{}',
    is_sensitive    boolean      DEFAULT false,
    created_at      timestamp    DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_chatbot_messages PRIMARY KEY (id),
    CONSTRAINT fk_chatbot_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES chatbot_conversations (id) ON DELETE CASCADE
);

-- step 7
CREATE INDEX chatbot_messages_idx_conversation_id ON chatbot_messages (conversation_id);

-- step 7
CREATE INDEX chatbot_messages_idx_sender_type ON chatbot_messages (sender_type);

-- step 7
CREATE INDEX chatbot_messages_idx_intent ON chatbot_messages (intent);

-- step 7
CREATE INDEX chatbot_messages_idx_created_at ON chatbot_messages (created_at);
