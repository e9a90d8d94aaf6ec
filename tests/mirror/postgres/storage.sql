--- unlogged and parameters
create unlogged table u (id int primary key, t text);
create table p (id int, t text) with (autovacuum_enabled = off, autovacuum_vacuum_scale_factor = 0.05, fillfactor = 70, log_autovacuum_min_duration = 100, parallel_workers = 4, toast_tuple_target = 4096, user_catalog_table = true, toast.autovacuum_enabled = false, toast.autovacuum_vacuum_threshold = 10);
create index p_i on p (id) with (fillfactor = 50);
--- replica identity
create table a (id int not null, x int);
create unique index a_id on a (id);
alter table a replica identity using index a_id;
create table b (id int primary key);
alter table b replica identity full;
create table c (id int);
alter table c replica identity nothing;
create table d (id int primary key);
alter table d replica identity using index d_pkey;
--- cluster
create table a (id int primary key, x int);
create index "A X" on a (x);
alter table a cluster on "A X";
create table b (id int primary key);
alter table b cluster on b_pkey;
--- row security
create table a (id int);
alter table a enable row level security;
create table b (id int);
alter table b force row level security;
alter table b enable row level security;
--- unlogged tables with numbers
create unlogged table n (id serial primary key, i integer generated always as identity);
