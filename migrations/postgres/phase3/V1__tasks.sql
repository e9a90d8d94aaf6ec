-- V1__tasks for postgres

-- step 1: create table tasks
CREATE TABLE tasks (
    id           serial       NOT NULL,
    user_id      varchar(255) NOT NULL,
    title        varchar(200) NOT NULL,
    description  text,
    completed    boolean      DEFAULT false,
    created_at   timestamp    DEFAULT CURRENT_TIMESTAMP,
    updated_at   timestamp,
    completed_at timestamp,
    CONSTRAINT pk_tasks PRIMARY KEY (id),
    CONSTRAINT fk_tasks_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
