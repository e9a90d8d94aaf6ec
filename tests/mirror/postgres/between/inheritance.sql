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
--- empty again
create table z (a int);
--- heirs with a NOT NULL of their own, or the parent's alone
create table p (id int not null, t text, u int not null, v int);
create table c (x int) inherits (p);
alter table c alter id set default 5;
create table d (id int default 6, u int) inherits (p);
create table e (id int not null default 6, y int) inherits (p);
create table g (id int primary key, v int not null) inherits (p);
create table h (z int) inherits (d, e);
--- the parent's comes and goes
create table p (id int not null, t text, u int, v int not null);
create table c (x int) inherits (p);
alter table c alter id set default 7;
create table d (id int default 6, u int) inherits (p);
create table e (id int not null default 6, y int) inherits (p);
create table g (id int primary key, v int not null) inherits (p);
create table h (z int) inherits (d, e);
--- empty before partitions
create table z (a int);
--- heirs and partitions say otherwise
create table q (id int not null, a int default 1, b int not null) partition by list (id);
create table q1 partition of q (a default 5) for values in (1);
create table q2 partition of q for values in (2);
create table q3 partition of q (b not null) for values in (3);
create table top (a int default 1, b int not null, c int);
create table kid (a int default 3, b int not null, d int) inherits (top);
create table kid2 (z int) inherits (top);
alter table kid2 alter a set default 9;
--- their parents change
create table q (id int not null, a int default 2, b int) partition by list (id);
create table q1 partition of q (a default 5) for values in (1);
create table q2 partition of q for values in (2);
create table q3 partition of q (b not null) for values in (3);
create table top (a int, b int, c int);
create table kid (a int default 3, b int not null, d int) inherits (top);
create table kid2 (z int) inherits (top);
alter table kid2 alter a set default 9;
