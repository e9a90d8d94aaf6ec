--- some
create table t (id int, a text, b int, j jsonb);
create index one on t (a) with (fillfactor = 70);
create unique index two on t (b);
create index three on t (lower(a)) where b > 1;
create index four on t using gin (j);
--- others (from 15)
create table t (id int, a text, b int, j jsonb);
create index one on t (a) with (fillfactor = 80);
create unique index two on t (b) nulls not distinct;
create index three on t (upper(a), b) where b > 2;
alter index three alter column 1 set statistics 100;
create index four on t using gin (j jsonb_path_ops) with (fastupdate = off);
comment on index two is 'now with a comment';
--- as constraints
create table t (id int, a text, b int, j jsonb, constraint two unique (b) include (a));
create index one on t (a text_pattern_ops desc nulls last);
create index three on t (upper(a), b) where b > 2;
comment on index one is 'x';
--- names of what goes
create table a (id int, constraint first primary key (id)); create index second on a (id); create type third as enum ('x'); create table fourth (id int); create sequence fifth;
--- taken by what comes
create table b (id int, constraint second unique (id)); create index first on b (id); create table third (id int); create index fourth on third (id); create type fifth as enum ('x');
