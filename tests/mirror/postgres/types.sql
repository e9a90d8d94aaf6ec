--- enums
create type mood as enum ('sad', 'it''s ok', 'happy', 'Ü'); create type empty as enum ();
create table a (m mood not null default 'sad', check (m <> 'happy'), l mood[] default '{sad,happy}', e empty);
create table b (m mood default 'it''s ok', t text generated always as (case m when 'sad'::mood then 'x' else 'y' end) stored);
create index on a (m) where m = 'sad'; comment on type mood is 'a mood';
--- domains
create domain email as text check (value like '%@%') not null; create domain age as integer default 18 constraint adult check (value >= 18) check (value < 200);
create domain code as varchar(5) collate "C"; create domain tags as text[]; create domain mail as email constraint short check (length(value) < 50);
create table t (a email, b age, c code, d tags, e mail[], f age default 20);
comment on domain age is 'years';
--- domain not valid
create domain d as integer; create table t (a d); alter domain d add constraint c check (value > 0) not valid;
--- composites
create type address as (street text, city varchar(20) collate "C", "Zip" integer); create type person as (name text, home address, others address[]);
create table t (p person, l address[] ); comment on type person is 'who';
alter type address add attribute country text; alter type address drop attribute city;
--- ranges
create type floatrange as range (subtype = float8, subtype_diff = float8mi); create type textr as range (subtype = text, collation = "C", multirange_type_name = texts);
create type patr as range (subtype = text, subtype_opclass = text_pattern_ops);
create table t (a floatrange, b textr, c floatmultirange, d texts, e floatrange[], f patr);
--- nested
create type color as enum ('red', 'green'); create domain paint as color default 'red' check (value <> 'green'); create type coat as (c color, p paint, n integer);
create domain coats as coat[]; create type colors as range (subtype = color);
create table t (a paint, b coat, c coats, d colors, e color default 'green');
--- names that sort against their needs
create type zz as enum ('a'); create domain aa as zz; create type bb as (x aa, y zz); create table a (x bb); create domain a1 as aa;
--- comments of parts
create type mood as enum ('a'); comment on type mood is 'x''y';
