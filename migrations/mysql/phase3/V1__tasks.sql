-- V1__tasks for mysql

-- step 1: create table tasks
CREATE TABLE tasks (
  id int NOT NULL AUTO_INCREMENT,
  user_id varchar(255) NOT NULL,
  title varchar(200) NOT NULL,
  description text NULL,
  completed tinyint(1) NULL DEFAULT 0,
  created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at datetime NULL,
  completed_at datetime NULL,
  PRIMARY KEY (id),
  KEY fk_tasks_user_id (user_id),
  CONSTRAINT fk_tasks_user_id FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
