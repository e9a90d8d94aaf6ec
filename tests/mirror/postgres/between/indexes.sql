--- some
create table t (id int, a text, b int, j jsonb);
create index one on t (a) with (fillfactor = 70);
create unique index two on t (b);
create index three on t (lower(a)) where b > 1;
create index four on t using gin (j);
--- others
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
