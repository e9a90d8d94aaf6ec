--- plain
create table t (id integer not null primary key, name varchar(20) default 'x', at timestamptz default now());
