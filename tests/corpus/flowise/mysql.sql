
SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;
SET @@SESSION.SQL_LOG_BIN= 0;
SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '';
DROP TABLE IF EXISTS `apikey`;
CREATE TABLE `apikey` (
  `id` varchar(36) NOT NULL,
  `apiKey` varchar(255) NOT NULL,
  `apiSecret` varchar(255) NOT NULL,
  `keyName` varchar(255) NOT NULL,
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `assistant`;
CREATE TABLE `assistant` (
  `id` varchar(36) NOT NULL,
  `credential` varchar(255) NOT NULL,
  `details` text NOT NULL,
  `iconSrc` varchar(255) DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `type` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `chat_flow`;
CREATE TABLE `chat_flow` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `flowData` longtext,
  `deployed` tinyint DEFAULT NULL,
  `isPublic` tinyint DEFAULT NULL,
  `apikeyid` varchar(255) DEFAULT NULL,
  `chatbotConfig` text,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `apiConfig` text,
  `analytic` text,
  `category` text,
  `speechToText` text,
  `type` text,
  `followUpPrompts` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `chat_message`;
CREATE TABLE `chat_message` (
  `id` varchar(36) NOT NULL,
  `role` varchar(255) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `content` longtext,
  `sourceDocuments` text,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `chatType` varchar(255) NOT NULL DEFAULT 'INTERNAL',
  `chatId` varchar(255) NOT NULL,
  `memoryType` varchar(255) DEFAULT NULL,
  `sessionId` varchar(255) DEFAULT NULL,
  `usedTools` longtext,
  `fileAnnotations` text,
  `fileUploads` text,
  `leadEmail` text,
  `agentReasoning` longtext,
  `action` longtext,
  `artifacts` longtext,
  `followUpPrompts` text,
  PRIMARY KEY (`id`),
  KEY `IDX_e574527322272fd838f4f0f3d3` (`chatflowid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `chat_message_feedback`;
CREATE TABLE `chat_message_feedback` (
  `id` varchar(36) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `content` text,
  `chatId` varchar(255) NOT NULL,
  `messageId` varchar(255) NOT NULL,
  `rating` varchar(255) NOT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `credential`;
CREATE TABLE `credential` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `credentialName` varchar(255) NOT NULL,
  `encryptedData` text NOT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `custom_template`;
CREATE TABLE `custom_template` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `flowData` text NOT NULL,
  `description` varchar(255) DEFAULT NULL,
  `badge` varchar(255) DEFAULT NULL,
  `framework` varchar(255) DEFAULT NULL,
  `usecases` varchar(255) DEFAULT NULL,
  `type` varchar(30) DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `document_store`;
CREATE TABLE `document_store` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `description` varchar(255) DEFAULT NULL,
  `loaders` longtext,
  `whereUsed` text,
  `status` varchar(20) NOT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `vectorStoreConfig` text,
  `embeddingConfig` text,
  `recordManagerConfig` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `document_store_file_chunk`;
CREATE TABLE `document_store_file_chunk` (
  `id` varchar(36) NOT NULL,
  `docId` varchar(36) NOT NULL,
  `storeId` varchar(36) NOT NULL,
  `chunkNo` int NOT NULL,
  `pageContent` text,
  `metadata` text,
  PRIMARY KEY (`id`),
  KEY `IDX_e76bae1780b77e56aab1h2asd4` (`docId`),
  KEY `IDX_e213b811b01405a42309a6a410` (`storeId`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `lead`;
CREATE TABLE `lead` (
  `id` varchar(36) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `chatId` varchar(255) NOT NULL,
  `name` text,
  `email` text,
  `phone` text,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `tool`;
CREATE TABLE `tool` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `description` text NOT NULL,
  `color` varchar(255) NOT NULL,
  `iconSrc` varchar(255) DEFAULT NULL,
  `schema` text,
  `func` text,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `upsert_history`;
CREATE TABLE `upsert_history` (
  `id` varchar(36) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `result` text NOT NULL,
  `flowData` longtext,
  `date` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`),
  KEY `IDX_a0b59fd66f6e48d2b198123cb6` (`chatflowid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DROP TABLE IF EXISTS `variable`;
CREATE TABLE `variable` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `value` text NOT NULL,
  `type` varchar(255) DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
SET @@SESSION.SQL_LOG_BIN = @MYSQLDUMP_TEMP_LOG_BIN;


