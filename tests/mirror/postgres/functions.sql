--- leaned on
create function trim2(t text) returns text language plpgsql immutable strict as $f$ begin return trim(t); end $f$;
create function slug(t text) returns text language sql immutable begin atomic select lower(public.trim2(t)) || 'public.x'; end;
create table t (a text default slug('X'), b text check (b = slug(b)), c text generated always as (slug(a)) stored);
create index on t (slug(b)) where slug(a) <> ''; comment on function slug is 'slugs';
--- of a domain
create function ok(t text) returns boolean language sql immutable as 'select t <> ''''';
create domain d as text check (ok(value)); create table t (a d);
--- standard bodies
create function one() returns integer language sql immutable begin atomic select 1; end;
create function two() returns integer language sql immutable return one() + 1; create table t (a integer default two());
--- of another schema and with a path
create schema f; create type f.kind as enum ('a', 'b');
create function f.kinds(k f.kind default 'a', variadic n integer[] default '{}') returns f.kind language sql immutable set search_path = f, pg_temp as 'select k';
create table t (k f.kind default f.kinds('b'));
--- overloaded
create function v(a integer) returns integer language sql immutable as 'select a'; create function v(a text) returns text language sql immutable as 'select a';
create table t (a integer default v(1), b text default v('x'));
--- touch
create function tablewright_touch_updated_at() returns trigger language plpgsql as $$BEGIN NEW.updated_at = CURRENT_TIMESTAMP; RETURN NEW; END$$;
create table t (id integer, updated_at timestamptz);
create trigger tablewright_touch_updated_at before update on t for each row when (old.* *<> new.* and old.updated_at is not distinct from new.updated_at) execute function tablewright_touch_updated_at();
