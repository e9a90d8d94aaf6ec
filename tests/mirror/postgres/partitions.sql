--- range
create table m (id bigint not null, at timestamptz not null, v int default 3, primary key (id, at)) partition by range (at);
create table m_2024 partition of m for values from ('2024-01-01') to ('2025-01-01');
create table m_2025 partition of m for values from ('2025-01-01 00:00:00+00') to ('2026-01-01 12:00:00+02');
create table m_rest partition of m default;
create index on m (v);
create unique index m_u on m (at, id, v);
comment on table m is 'parts';
comment on column m.v is 'value';
--- list, sub-partitions, unbounded
create table l (region text, id int, at date) partition by list (region);
create table l_eu partition of l for values in ('de', 'fr', 'it''s') partition by range (at, id);
create table l_eu_1 partition of l_eu for values from (minvalue, minvalue) to ('2024-01-01', 10);
create table l_eu_2 partition of l_eu for values from ('2024-01-01', 10) to (maxvalue, maxvalue);
create table l_none partition of l for values in (null);
create table l_us partition of l for values in ('us') partition by hash (id);
create table l_us_0 partition of l_us for values with (modulus 3, remainder 0);
create table l_us_1 partition of l_us for values with (modulus 3, remainder 1);
create table l_us_2 partition of l_us for values with (modulus 3, remainder 2);
create index l_at on l (at);
--- expression, classes and collations in keys
create table e (a text, b int, c text) partition by range (lower(a), (b % 10), c collate "C" text_pattern_ops);
create table e1 partition of e for values from ('a', 0, minvalue) to ('m', 5, 'x');
create table h (a text, b int) partition by hash (a, b int4_ops);
create table h1 partition of h for values with (modulus 2, remainder 1);
--- what a partition has of its own
create schema parts;
create table p (id int primary key, a int, b text default 'parent', c int check (c > 0));
create table t (id int not null, a int, b text default 'parent', c int constraint c_positive check (c > 0), p int references p, constraint whole check (a < c)) partition by list (id);
create table parts.t1 partition of t (b default 'own', constraint only_here check (a > 10)) for values in (1);
create table t2 (c int, b text, id int not null, a int not null, p int, constraint c_positive check (c > 0), constraint whole check (a < c));
alter table t2 add constraint other_name foreign key (p) references p;
create index t2_own_name on t2 (a);
create index t2_own on t2 (b);
alter table t attach partition t2 for values in (2, 3);
create index t_a on t (a);
alter table t add primary key (id);
create table parts.t4 partition of t for values in (4) with (fillfactor = 60);
create unlogged table t5 partition of t for values in (5);
alter table t5 replica identity full;
create unique index t5_p on t5 (p);
comment on table parts.t4 is 'four';
comment on column t5.a is 'a of five';
comment on index t2_own_name is 'attached';
alter table t add unique (id, a);
--- references to a partitioned table
create table m (id int primary key, x int) partition by range (id);
create table m1 partition of m for values from (0) to (10);
create table m2 partition of m for values from (10) to (20);
create table r (id int references m on delete cascade, m int, foreign key (m) references m (id));
create table self (id int primary key, up int references self) partition by hash (id);
create table self0 partition of self for values with (modulus 2, remainder 0);
create table self1 partition of self for values with (modulus 2, remainder 1);
create table a (id int, b int, primary key (id)) partition by hash (id);
create table a0 partition of a for values with (modulus 1, remainder 0);
create table b (id int primary key, a int references a) partition by hash (id);
create table b0 partition of b for values with (modulus 1, remainder 0);
alter table a add foreign key (b) references b;
--- serial, generated, types
create type mood as enum ('a', 'b');
create table s (id serial, kind mood not null default 'a', g int generated always as (n * 2) stored, n int, primary key (id, kind)) partition by list (kind);
create table s_a partition of s for values in ('a');
create table s_b partition of s for values in ('b');
--- only an index on the parent
create table m (id int, x int) partition by range (id);
create index m_x on m (x);
create table m1 partition of m for values from (0) to (10);
create index m1_x_idx2 on m1 (x);
create table m0 partition of m for values from (-10) to (0);
