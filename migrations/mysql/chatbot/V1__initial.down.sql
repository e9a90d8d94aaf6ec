-- V1__initial for mysql, the way back

-- undoes step 6: drop table chatbot_messages
DROP TABLE chatbot_messages;

-- undoes step 5: drop table chatbot_intents
DROP TABLE chatbot_intents;

-- undoes step 4: drop table chatbot_faq
DROP TABLE chatbot_faq;

-- undoes step 3: drop table chatbot_email_queue
DROP TABLE chatbot_email_queue;

-- undoes step 2: drop table chatbot_analytics
DROP TABLE chatbot_analytics;

-- undoes step 1: drop table chatbot_conversations
DROP TABLE chatbot_conversations;
