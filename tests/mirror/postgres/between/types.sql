--- text
create table t (a text default 'x' not null, b text, n integer);
--- enum
create type mood as enum ('x', 'y'); comment on type mood is 'm';
create table t (a mood default 'x' not null check (a <> 'y'), b mood[], n integer);
create index i on t (n) where a = 'x'; comment on index i is 'here';
--- more values
create type mood as enum ('w', 'x', 'v', 'y', 'z'); comment on type mood is 'n';
create table t (a mood default 'z' not null check (a <> 'y'), b mood[] default '{w}', n integer);
create index i on t (n) where a = 'x'; comment on index i is 'here'; create table u (m mood);
--- fewer, reordered
create type mood as enum ('z', 'x'); create table t (a mood default 'z' not null check (a <> 'x'), b mood[], n integer);
create index i on t (n) where a = 'x'; comment on index i is 'here'; create table u (m mood default 'x');
--- domain
create domain mood as text default 'x' check (value <> ''); create table t (a mood not null, b text, n integer); create table u (m mood default 'y');
--- domain altered
create domain mood as text not null constraint mood_check check (value <> 'q') constraint other check (length(value) < 9); create table t (a mood not null, b text, n integer); create table u (m mood);
comment on domain mood is 'd';
--- domain of another base
create domain mood as varchar(10) collate "C" not null constraint mood_check check (value::text <> 'q'); create table t (a mood not null, b mood[], n integer); create table u (m mood);
--- composite
create type part as (a integer, b text); create table t (a part, b part[], n integer); create table u (m text);
--- longer composite
create type part as (a integer, b text, "C" numeric(5,2), d text collate "C"); create table t (a part, b part[], n integer); create table u (m text, x part);
--- other fields
create type part as (b varchar(10), c date); create table t (a text, b text, n integer); create table u (m text, x part);
--- range
create type r as range (subtype = float8); create table t (a r, b r_multirange default '{}', n integer); create table u (m text);
--- other range
create type r as range (subtype = float8, subtype_diff = float8mi); create table t (a r, b r_multirange default '{}', n integer); create table u (m text);
--- functions and extensions
create extension citext; create function f(t text) returns text language sql immutable as 'select t'; create table t (a citext, b text default f('x'), check (f(b) <> ''), n integer); create table u (m text);
--- other functions
create schema s; create extension hstore schema s; create function s.f(t text) returns text language sql immutable as 'select t'; create table t (a text, b text default s.f('x'), check (s.f(b) <> ''), n integer); create table s.u (m s.hstore);
