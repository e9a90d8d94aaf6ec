--- plain
create table t (id int not null, a int);
create unique index i on t (id);
--- all set
create unlogged table t (id int not null, a int) with (autovacuum_enabled = off, fillfactor = 70, toast.autovacuum_enabled = off);
create unique index i on t (id);
alter table t replica identity using index i;
alter table t cluster on i;
alter table t enable row level security;
alter table t force row level security;
--- others
create table t (id int not null, a int) with (fillfactor = 80);
create unique index i on t (id);
alter table t replica identity full;
alter table t enable row level security;
