-- BotMojo's document, its SQL for MySQL and MariaDB, word for word.

CREATE TABLE conversations (
    id BINARY(16) PRIMARY KEY,
    session_id VARCHAR(64) NOT NULL,
    user_input TEXT NOT NULL,
    agent_response TEXT NOT NULL,
    agent_name VARCHAR(50) NOT NULL,
    confidence DECIMAL(5,4),
    metadata JSON,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    INDEX idx_session (session_id),
    INDEX idx_created (created_at)
);

CREATE TABLE user_preferences (
    id BINARY(16) PRIMARY KEY,
    session_id VARCHAR(64) NOT NULL UNIQUE,
    preferences JSON NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    INDEX idx_session (session_id)
);

CREATE TABLE agent_states (
    id BINARY(16) PRIMARY KEY,
    agent_name VARCHAR(50) NOT NULL,
    session_id VARCHAR(64) NOT NULL,
    state JSON NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    UNIQUE KEY unique_agent_session (agent_name, session_id),
    INDEX idx_agent (agent_name),
    INDEX idx_session (session_id)
);

CREATE TABLE system_logs (
    id BINARY(16) PRIMARY KEY,
    level VARCHAR(20) NOT NULL,
    message TEXT NOT NULL,
    context JSON,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    INDEX idx_level (level),
    INDEX idx_created (created_at)
);
