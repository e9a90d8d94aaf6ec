-- V2__chatbot_tables for postgres

-- step 1: create table conversations
CREATE TABLE conversations (
    id         uuid         NOT NULL DEFAULT gen_random_uuid(),
    user_id    varchar(255) NOT NULL,
    created_at timestamp    DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp    DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_conversations PRIMARY KEY (id),
    CONSTRAINT fk_conversations_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);

-- step 1
CREATE INDEX idx_conversations_user_id ON conversations (user_id);

-- step 1
CREATE INDEX idx_conversations_created_at ON conversations (created_at);

-- step 2: create table conversation_metadata
CREATE TABLE conversation_metadata (
    id                   uuid         NOT NULL DEFAULT gen_random_uuid(),
    conversation_id      uuid         NOT NULL,
    topic                varchar(200),
    task_count_created   integer      DEFAULT 0,
    task_count_completed integer      DEFAULT 0,
    message_count        integer      DEFAULT 0,
    CONSTRAINT pk_conversation_metadata PRIMARY KEY (id),
    CONSTRAINT uq_conversation_metadata_conversation_id UNIQUE (conversation_id),
    CONSTRAINT fk_conversation_metadata_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);

-- step 2
CREATE INDEX idx_conversation_metadata_conversation_id ON conversation_metadata (conversation_id);

-- step 3: create table messages
CREATE TABLE messages (
    id              uuid         NOT NULL DEFAULT gen_random_uuid(),
    conversation_id uuid         NOT NULL,
    user_id         varchar(255) NOT NULL,
    role            varchar(20)  NOT NULL,
    content         text         NOT NULL,
    tool_used       varchar(50),
    action_taken    text,
    created_at      timestamp    DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_messages PRIMARY KEY (id),
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
