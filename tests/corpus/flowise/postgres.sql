SET check_function_bodies = false;
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;
COMMENT ON EXTENSION "uuid-ossp" IS 'generate universally unique identifiers (UUIDs)';
CREATE TABLE public.apikey (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    "apiKey" character varying NOT NULL,
    "apiSecret" character varying NOT NULL,
    "keyName" character varying NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.assistant (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    credential uuid NOT NULL,
    details text NOT NULL,
    "iconSrc" character varying,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL,
    type text
);
CREATE TABLE public.chat_flow (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    name character varying NOT NULL,
    "flowData" text NOT NULL,
    deployed boolean,
    "isPublic" boolean,
    apikeyid character varying,
    "chatbotConfig" text,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL,
    "apiConfig" text,
    analytic text,
    category text,
    "speechToText" text,
    type text,
    "followUpPrompts" text
);
CREATE TABLE public.chat_message (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    role character varying NOT NULL,
    chatflowid uuid NOT NULL,
    content text NOT NULL,
    "sourceDocuments" text,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "chatType" character varying DEFAULT 'INTERNAL'::character varying NOT NULL,
    "chatId" character varying NOT NULL,
    "memoryType" character varying,
    "sessionId" character varying,
    "usedTools" text,
    "fileAnnotations" text,
    "fileUploads" text,
    "leadEmail" text,
    "agentReasoning" text,
    action text,
    artifacts text,
    "followUpPrompts" text
);
CREATE TABLE public.chat_message_feedback (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    chatflowid uuid NOT NULL,
    content text,
    "chatId" character varying NOT NULL,
    "messageId" uuid NOT NULL,
    rating character varying NOT NULL,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.credential (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    name character varying NOT NULL,
    "credentialName" character varying NOT NULL,
    "encryptedData" text NOT NULL,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.custom_template (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    name character varying NOT NULL,
    "flowData" text NOT NULL,
    description character varying,
    badge character varying,
    framework character varying,
    usecases character varying,
    type character varying,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.document_store (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    name character varying NOT NULL,
    description character varying,
    loaders text,
    "whereUsed" text,
    status character varying NOT NULL,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL,
    "vectorStoreConfig" text,
    "embeddingConfig" text,
    "recordManagerConfig" text
);
CREATE TABLE public.document_store_file_chunk (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    "docId" uuid NOT NULL,
    "chunkNo" integer NOT NULL,
    "storeId" uuid NOT NULL,
    "pageContent" text,
    metadata text
);
CREATE TABLE public.lead (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    chatflowid character varying NOT NULL,
    "chatId" character varying NOT NULL,
    name text,
    email text,
    phone text,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.tool (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    name character varying NOT NULL,
    description text NOT NULL,
    color character varying NOT NULL,
    "iconSrc" character varying,
    schema text,
    func text,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.upsert_history (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    chatflowid character varying NOT NULL,
    result text NOT NULL,
    "flowData" text NOT NULL,
    date timestamp without time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.variable (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    name character varying NOT NULL,
    value text NOT NULL,
    type text,
    "createdDate" timestamp without time zone DEFAULT now() NOT NULL,
    "updatedDate" timestamp without time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.upsert_history
    ADD CONSTRAINT "PK_37327b22b6e246319bd5eeb0e88" PRIMARY KEY (id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT "PK_3a5169bcd3d5463cefeec78be82" PRIMARY KEY (id);
ALTER TABLE ONLY public.tool
    ADD CONSTRAINT "PK_3bf5b1016a384916073184f99b7" PRIMARY KEY (id);
ALTER TABLE ONLY public.assistant
    ADD CONSTRAINT "PK_3c7cea7a044ac4c92764576cdbf" PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_flow
    ADD CONSTRAINT "PK_3c7cea7d047ac4b91764574cdbf" PRIMARY KEY (id);
ALTER TABLE ONLY public.custom_template
    ADD CONSTRAINT "PK_3c7cea7d087ac4b91764574cdbf" PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_message
    ADD CONSTRAINT "PK_3cc0d85193aade457d3077dd06b" PRIMARY KEY (id);
ALTER TABLE ONLY public.document_store_file_chunk
    ADD CONSTRAINT "PK_90005043dd774f54-9830ab78f9" PRIMARY KEY (id);
ALTER TABLE ONLY public.apikey
    ADD CONSTRAINT "PK_96109043dd704f53-9830ab78f0" PRIMARY KEY (id);
ALTER TABLE ONLY public.lead
    ADD CONSTRAINT "PK_98419043dd704f54-9830ab78f0" PRIMARY KEY (id);
ALTER TABLE ONLY public.variable
    ADD CONSTRAINT "PK_98419043dd704f54-9830ab78f8" PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_message_feedback
    ADD CONSTRAINT "PK_98419043dd704f54-9830ab78f9" PRIMARY KEY (id);
ALTER TABLE ONLY public.document_store
    ADD CONSTRAINT "PK_98495043dd774f54-9830ab78f9" PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_message_feedback
    ADD CONSTRAINT "UQ_6352078b5a294f2d22179ea7956" UNIQUE ("messageId");
CREATE INDEX "IDX_9acddcb7a2b51fe37669049fc6" ON public.chat_message_feedback USING btree ("chatId");
CREATE INDEX "IDX_e213b811b01405a42309a6a410" ON public.document_store_file_chunk USING btree ("storeId");
CREATE INDEX "IDX_e574527322272fd838f4f0f3d3" ON public.chat_message USING btree (chatflowid);
CREATE INDEX "IDX_e76bae1780b77e56aab1h2asd4" ON public.document_store_file_chunk USING btree ("docId");
CREATE INDEX "IDX_f56c36fe42894d57e5c664d229" ON public.chat_message USING btree (chatflowid);
CREATE INDEX "IDX_f56c36fe42894d57e5c664d230" ON public.chat_message_feedback USING btree (chatflowid);
