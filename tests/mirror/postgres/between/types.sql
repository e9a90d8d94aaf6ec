--- one column
create table t (id integer not null primary key);
--- two columns
create table t (id integer not null primary key, name text default 'x' not null);
