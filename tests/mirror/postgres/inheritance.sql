--- one parent
create table p (id int primary key, a text default 'p' not null, constraint p_c check (id > 0));
create table c (b int, constraint c_own check (b > 0)) inherits (p);
create index on c (a);
create table g (z int) inherits (c);
--- several parents and merged columns
create table p1 (a int, b text);
create table p2 (b text, c date, constraint same check (b <> ''));
create table c (b text, d int) inherits (p1, p2);
create table e () inherits (p1);
create table f (a int default 5 not null) inherits (p1);
--- overrides
create table p (a int default 1, b text, c int);
create table c () inherits (p);
alter table c alter column a set default 2;
alter table c alter column b set not null;
comment on column c.c is 'inherited';
--- keys over columns of a parent
create table note (id int not null, ref int not null);
create table kind (id int primary key);
create table entity_note (primary key (id), foreign key (ref) references kind (id) on delete cascade) inherits (note);
create table remark (note_id int references entity_note (id));
--- a NOT NULL that is the parent's alone
create table p (id int not null, t text, u int not null, v int);
create table c (x int) inherits (p);
alter table c alter id set default 5;
create table d (id int default 6, u int) inherits (p);
create table e (id int not null default 6, y int) inherits (p);
create table g (id int primary key, v int not null) inherits (p);
create table h (z int) inherits (d, e);
