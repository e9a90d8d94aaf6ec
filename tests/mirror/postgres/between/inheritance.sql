--- parent and child
create table p (id int, a text, b int);
create table c (x int) inherits (p);
create table d (y int);
--- the parent changes
create table p (id bigint not null, a text default 'x', n int, constraint k check (n > 0));
create table c (x int) inherits (p);
create table d (y int);
create index on c (n);
--- computed from a column whose type changes
create table p (id bigint not null, a text default 'x', n bigint, g bigint generated always as (n * 2) stored, constraint k check (n > 0));
create index p_g on p (g);
create table c (x int) inherits (p);
create table d (y int);
create index on c (n);
