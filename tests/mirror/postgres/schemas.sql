--- several
create schema auth; create schema "Other one"; comment on schema auth is 'who'; comment on schema public is 'mine';
create type auth.role as enum ('admin', 'user'); create domain "Other one".d as auth.role default 'user';
create table auth.users (id serial primary key, role auth.role not null default 'user', unique (role));
create table public.posts (id bigserial primary key, by integer references auth.users (id), r auth.role default 'admin' check (r <> 'user'::auth.role), d "Other one".d);
create table "Other one"."T" (id integer generated always as identity, p bigint references public.posts, u integer references auth.users);
create index on auth.users ((role = 'user')); create sequence auth.s; create table q (n bigint default nextval('auth.s'));
create table auth.posts (id integer references public.posts (id));
--- circle of schemas
create schema b; create schema a; create table a.t (id integer primary key, b integer); create table b.t (id integer primary key, a integer references a.t);
alter table a.t add foreign key (b) references b.t;
--- type of the same name in two schemas
create schema a; create type public.x as enum ('p'); create type a.x as enum ('a'); create table a.t (one public.x default 'p', two a.x default 'a'); create table t (one public.x, two a.x);
--- empty schema
create schema nothing;
--- extensions
create schema ext; create extension hstore schema ext; create extension citext; create extension pg_trgm schema ext; create extension "uuid-ossp"; create extension ltree; create extension btree_gist; create extension intarray;
create table t (id uuid default uuid_generate_v4() primary key, a ext.hstore, b citext not null unique, c ltree, d ext.hstore default '"a"=>"1"', e citext[], n text, check (b <> 'x'::citext));
create index on t using gin (n ext.gin_trgm_ops); create index on t using gist (c); create index on t using gin (a);
create domain mail as citext check (value ~ '@'); create table u (m mail);
--- extensions that need each other
create extension earthdistance cascade;
