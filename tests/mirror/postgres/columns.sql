--- plain
create table t (id integer not null primary key, name varchar(20) default 'x', at timestamptz default now());
--- every built-in type (from 15)
create table t (a smallint, b integer, c bigint, d numeric, e numeric(10,2), f numeric(5), g real, h double precision,
  i money, j char, k char(7), l varchar, m varchar(9), n text, o "char", p name, q bytea, r timestamp, s timestamp(3),
  t timestamptz(0), u date, v time, w time(2), x timetz, y interval, z interval day to second(3), aa interval year,
  ab boolean, ac point, ad line, ae lseg, af box, ag path, ah polygon, ai circle, aj cidr, ak inet, al macaddr,
  am macaddr8, an bit, ao bit(5), ap bit varying, aq bit varying(8), ar tsvector, as_ tsquery, at uuid, au xml, av json,
  aw jsonb, ax int4range, ay int8multirange, az oid, ba regclass, bb pg_lsn, bc text[], bd varchar(3)[], be int[][],
  bf timestamptz(3)[], bg bpchar, bh jsonpath, bi xid8, bj regnamespace, bk numeric(4,-2), bl "char"[], bm tid);
--- defaults
create table t (a integer default 5, b text default 'it''s', c timestamptz default now(), d jsonb default '{"b": 1, "a": 2}',
  e text[] default '{a,b}', f uuid default gen_random_uuid(), g numeric default 1.50, h boolean default true,
  i text default null, j date default current_date, k integer default (1 + 2), l bytea default '\x01', m text default E'a\\b\nc',
  n interval default '1 day', o bit(3) default B'101', p text default (lower('X') || 'y'), q int[] default array[1,2],
  r timestamp default (now() at time zone 'utc'), s text default current_user, t real default 'NaN', u bigint default -1);
--- generated
create table t (a integer not null, b integer, sum integer generated always as (a + b) stored, up text generated always as (upper('x' || a::text)) stored not null,
  w numeric(10,2) generated always as ((a * 1.5)::numeric(10,2)) stored);
--- storage, compression, statistics, n_distinct
create table t (a text, b text compression pglz, c jsonb, d bytea, e integer, f numeric);
alter table t alter a set storage external, alter c set storage main, alter d set storage plain, alter f set storage extended;
alter table t alter a set statistics 500, alter e set statistics 0, alter e set (n_distinct = -0.5, n_distinct_inherited = 100);
--- collations
create table t (a text collate "C", b varchar(10) collate "POSIX", c text[] collate "C", d text collate "und-x-icu");
--- comments
create table t (a integer, "b c" text, constraint positive check (a > 0));
comment on table t is 'a ''quoted'' \ text';
comment on column t.a is 'line
two';
comment on column t."b c" is 'ü';
comment on constraint positive on t is 'must be';
create index i on t (a);
comment on index i is 'index';
--- odd names
create table "Order" ("select" integer, "Grüße" text, "with ""quotes""" text, "a.b" text default 'x', " sp " text,
  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123" integer generated always as ("select" + 1) stored,
  "user" text check ("user" <> ''), constraint "Odd ""name""" check ("a.b" <> "Grüße"));
create index "Idx ""x""" on "Order" (lower("Grüße")) where "select" > 0;
comment on column "Order"."with ""quotes""" is 'x';
create table "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123" (id serial primary key, "ünïcödé_ünïcödé_ünïcödé_ünïcödé" bigserial);
--- names of types
create table "text" (a integer); create table date (text text, "integer" integer, "timestamp" timestamp);
create type "integer" as enum ('a'); create table u (a "integer", b integer, c "integer"[]);
create type "Mood" as enum ('x'); create type "order" as enum ('y'); create type "my type" as (a "Mood", b "order"[]);
create table v (a "Mood" default 'x', b "order" not null, c "my type", d "my type"[]);
--- no columns and temporary
create table nothing ();
create temp table gone (id serial);
--- dropped columns
create table t (a integer, b integer, c integer); alter table t drop column b; alter table t add column b text;
--- a column that took over the name of a renamed one
create table t (id text not null); alter table t rename id to old_id; alter table t add column id uuid not null default gen_random_uuid();
create table u (a integer not null); alter table u rename a to b; alter table u add a integer not null; alter table u rename a to c; alter table u add a integer not null;
--- carriage returns
create table r (a text default E'a\r\nb\\c', b text, check (b <> E'\r\n'));
comment on table r is E'one\r\ntwo \\ it''s';
comment on column r.a is E'\r\n';
