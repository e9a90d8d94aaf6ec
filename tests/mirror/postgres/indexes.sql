--- methods
create extension pg_trgm;
create extension bloom;
create table t (id int, a text, b int, j jsonb, p point, r int4range, ts timestamp, v tsvector, ip inet, arr int[]);
create index t_btree on t (a);
create index t_hash on t using hash (a) with (fillfactor = 60);
create index t_gin on t using gin (j jsonb_path_ops) with (fastupdate = off, gin_pending_list_limit = 128);
create index t_gin2 on t using gin (j, arr);
create index t_gist on t using gist (p, r) with (buffering = off);
create index t_spgist on t using spgist (p);
create index t_spgist_k on t using spgist (p kd_point_ops);
create index t_spgist_text on t using spgist (a);
create index t_brin on t using brin (ts, b) with (autosummarize = on, pages_per_range = 64);
create index t_brin_bloom on t using brin (id int4_bloom_ops(n_distinct_per_range = 100, false_positive_rate = 0.05), ts timestamp_minmax_multi_ops);
create index t_trgm on t using gist (a gist_trgm_ops (siglen = 32));
create index t_trgm_gin on t using gin (a gin_trgm_ops);
create index t_bloom on t using bloom (id, b) with (col1 = 2, col2 = 4, length = 80);
create index t_ip on t using gist (ip inet_ops);
create index t_fts on t using gin (to_tsvector('english', a));
--- order, collations, classes
create table t (a text, b varchar(20) collate "C", c int, d text collate "POSIX");
create index on t (a desc, c nulls first, b);
create index on t (a text_pattern_ops, c desc nulls last);
create index on t (a collate "C", b collate "default");
create index on t (b varchar_pattern_ops);
create index on t (lower(b));
create index on t (lower(b) collate "C" desc);
create index on t (lower(a) collate "C" text_pattern_ops);
create index on t ((a || b) collate "POSIX", (c + 1), (c is null) desc);
create unique index on t (d) where d <> '' and c > 10;
--- expressions and predicates
create table t (id int, a text, j jsonb, ts timestamptz, b boolean, n numeric(10,2));
create index e1 on t ((j ->> 'name'), ((j -> 'a') ->> 'b'));
create index e2 on t (lower(a), upper(a));
create index e3 on t (coalesce(a, ''), (id % 10));
create index e4 on t ((case when b then id else 0 end)) where b and (id > 5 or a is not null);
create index e5 on t (date_trunc('day', ts at time zone 'UTC'));
create index e6 on t (id) where a like 'x%' and a <> 'it''s' and n >= 1.5;
create index e7 on t (id) where b;
create index e8 on t (((a)::varchar(10)), ((ts at time zone 'UTC')::date)) where ts is null;
alter index e2 alter column 1 set statistics 500;
alter index e2 alter column 2 set statistics 0;
--- constraint and index of one column
create table t (id int primary key, a int unique);
create unique index again on t (a);
create index once_more on t (a);
create index "same columns" on t (a);
