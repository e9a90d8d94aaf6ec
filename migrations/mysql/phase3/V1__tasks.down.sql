-- V1__tasks for mysql, the way back

-- undoes step 1: drop table tasks
DROP TABLE tasks;
