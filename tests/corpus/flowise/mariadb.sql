
DROP TABLE IF EXISTS `apikey`;
CREATE TABLE `apikey` (
  `id` varchar(36) NOT NULL,
  `apiKey` varchar(255) NOT NULL,
  `apiSecret` varchar(255) NOT NULL,
  `keyName` varchar(255) NOT NULL,
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `assistant`;
CREATE TABLE `assistant` (
  `id` varchar(36) NOT NULL,
  `credential` varchar(255) NOT NULL,
  `details` text NOT NULL,
  `iconSrc` varchar(255) DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `type` text DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `chat_flow`;
CREATE TABLE `chat_flow` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `flowData` longtext DEFAULT NULL,
  `deployed` tinyint(4) DEFAULT NULL,
  `isPublic` tinyint(4) DEFAULT NULL,
  `apikeyid` varchar(255) DEFAULT NULL,
  `chatbotConfig` text DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `apiConfig` text DEFAULT NULL,
  `analytic` text DEFAULT NULL,
  `category` text DEFAULT NULL,
  `speechToText` text DEFAULT NULL,
  `type` text DEFAULT NULL,
  `followUpPrompts` text DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `chat_message`;
CREATE TABLE `chat_message` (
  `id` varchar(36) NOT NULL,
  `role` varchar(255) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `content` longtext DEFAULT NULL,
  `sourceDocuments` text DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `chatType` varchar(255) NOT NULL DEFAULT 'INTERNAL',
  `chatId` varchar(255) NOT NULL,
  `memoryType` varchar(255) DEFAULT NULL,
  `sessionId` varchar(255) DEFAULT NULL,
  `usedTools` longtext DEFAULT NULL,
  `fileAnnotations` text DEFAULT NULL,
  `fileUploads` text DEFAULT NULL,
  `leadEmail` text DEFAULT NULL,
  `agentReasoning` longtext DEFAULT NULL,
  `action` longtext DEFAULT NULL,
  `artifacts` longtext DEFAULT NULL,
  `followUpPrompts` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `IDX_e574527322272fd838f4f0f3d3` (`chatflowid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `chat_message_feedback`;
CREATE TABLE `chat_message_feedback` (
  `id` varchar(36) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `content` text DEFAULT NULL,
  `chatId` varchar(255) NOT NULL,
  `messageId` varchar(255) NOT NULL,
  `rating` varchar(255) NOT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `credential`;
CREATE TABLE `credential` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `credentialName` varchar(255) NOT NULL,
  `encryptedData` text NOT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
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
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `document_store`;
CREATE TABLE `document_store` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `description` varchar(255) DEFAULT NULL,
  `loaders` longtext DEFAULT NULL,
  `whereUsed` text DEFAULT NULL,
  `status` varchar(20) NOT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `vectorStoreConfig` text DEFAULT NULL,
  `embeddingConfig` text DEFAULT NULL,
  `recordManagerConfig` text DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `document_store_file_chunk`;
CREATE TABLE `document_store_file_chunk` (
  `id` varchar(36) NOT NULL,
  `docId` varchar(36) NOT NULL,
  `storeId` varchar(36) NOT NULL,
  `chunkNo` int(11) NOT NULL,
  `pageContent` text DEFAULT NULL,
  `metadata` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `IDX_e76bae1780b77e56aab1h2asd4` (`docId`),
  KEY `IDX_e213b811b01405a42309a6a410` (`storeId`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `lead`;
CREATE TABLE `lead` (
  `id` varchar(36) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `chatId` varchar(255) NOT NULL,
  `name` text DEFAULT NULL,
  `email` text DEFAULT NULL,
  `phone` text DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `tool`;
CREATE TABLE `tool` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `description` text NOT NULL,
  `color` varchar(255) NOT NULL,
  `iconSrc` varchar(255) DEFAULT NULL,
  `schema` text DEFAULT NULL,
  `func` text DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `upsert_history`;
CREATE TABLE `upsert_history` (
  `id` varchar(36) NOT NULL,
  `chatflowid` varchar(255) NOT NULL,
  `result` text NOT NULL,
  `flowData` longtext DEFAULT NULL,
  `date` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`id`),
  KEY `IDX_a0b59fd66f6e48d2b198123cb6` (`chatflowid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
DROP TABLE IF EXISTS `variable`;
CREATE TABLE `variable` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) NOT NULL,
  `value` text NOT NULL,
  `type` varchar(255) DEFAULT NULL,
  `createdDate` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updatedDate` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;


