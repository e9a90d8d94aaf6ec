-- V1__initial for sqlite, the way back

-- undoes step 19: drop table user_kb_associations
DROP TABLE user_kb_associations;

-- undoes step 18: drop table session_tool_associations
DROP TABLE session_tool_associations;

-- undoes step 17: drop table message_history
DROP TABLE message_history;

-- undoes step 16: drop table clicks
DROP TABLE clicks;

-- undoes step 15: drop table user_sessions
DROP TABLE user_sessions;

-- undoes step 14: drop table user_preferences
DROP TABLE user_preferences;

-- undoes step 13: drop table user_login_tokens
DROP TABLE user_login_tokens;

-- undoes step 12: drop table email_drafts
DROP TABLE email_drafts;

-- undoes step 11: drop table email_folders
DROP TABLE email_folders;

-- undoes step 10: drop table user_email_accounts
DROP TABLE user_email_accounts;

-- undoes step 9: drop table system_automations
DROP TABLE system_automations;

-- undoes step 8: drop table kb_documents
DROP TABLE kb_documents;

-- undoes step 7: drop table kb_collections
DROP TABLE kb_collections;

-- undoes step 6: drop table bot_memories
DROP TABLE bot_memories;

-- undoes step 5: drop table bot_configuration
DROP TABLE bot_configuration;

-- undoes step 4: drop table basic_tools
DROP TABLE basic_tools;

-- undoes step 3: drop table bots
DROP TABLE bots;

-- undoes step 2: drop table users
DROP TABLE users;

-- undoes step 1: drop table organizations
DROP TABLE organizations;
