-- V1__tasks for sqlite

-- step 1: create table tasks
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  user_id VARCHAR(255) NOT NULL,
  title VARCHAR(200) NOT NULL,
  description TEXT,
  completed INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT,
  completed_at TEXT,
  CONSTRAINT fk_tasks_user_id FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT ck_tasks_completed CHECK (completed IN (0, 1))
);
