--- an index names the rows
create table p (id int primary key);
create table t (a int not null, b int not null, g int generated always as (b * 2) stored not null, constraint k unique (a));
create unique index i on t (b);
create unique index j on t (g);
alter table t replica identity using index i;
create table m (id serial, at date not null) partition by range (at);
create table m1 partition of m for values from ('2020-01-01') to ('2021-01-01');
--- another one does, and the old one's column takes NULL
create table p (id int primary key);
create table t (a int not null, b int, g int generated always as (b * 2) stored not null, constraint k unique (a));
create unique index i on t (b);
create unique index j on t (g);
alter table t replica identity using index k;
create table m (id serial, at date not null);
--- none does, all take NULL; a foreign key has the name of the key
create table p (id int primary key);
create table t (a int, b int, g int generated always as (b * 2) stored, constraint k foreign key (a) references p);
create unique index i on t (b);
create unique index j on t (g);
create table m (id serial, at date not null);
create table h () inherits (m);
--- the index of a column that is made anew; keys alike
create table p (id int, constraint p_again unique (id));
alter table p add primary key (id), add constraint p_both unique (id) deferrable;
create table t (a int, b bigint, g int generated always as (b * 2) stored not null, constraint k check (a > 0));
create unique index i on t (b);
create unique index j on t (g);
alter table t replica identity using index j;
create table m (id int not null, at date not null);
create table h () inherits (m);
--- the same, its column retyped
create table t (a int, b int, g int generated always as (b * 2) stored not null, constraint k check (a > 0));
create unique index i on t (b);
create unique index j on t (g);
alter table t replica identity using index j;
create table m (id int not null, at date not null) partition by range (at);
create table m1 partition of m for values from ('2020-01-01') to ('2021-01-01');
create table p (id int, constraint p_again unique (id));
alter table p add primary key (id);
--- what partitions and heirs get
create table t (a int, b int);
create table m (id int not null, at date not null, n text not null) partition by range (at);
create table m1 partition of m for values from ('2020-01-01') to ('2021-01-01');
create table k (a int, b int);
create table h () inherits (k);
--- and heirs
create table t (a int not null, b int, n int not null);
create table m (id int not null, at date not null, n text not null, o text not null) partition by range (at);
create table m1 partition of m for values from ('2020-01-01') to ('2021-01-01');
create table k (a int not null, b int not null);
create table h () inherits (k);
--- all gone
create schema x;
--- rows that don't outlive a crash, one refers to the other
create unlogged table a (id int primary key, d text, c text generated always as ('x' || d) stored);
create unlogged table b (id int primary key, a int references a);
create index b_again on b (a);
comment on index b_again is 'it goes and comes';
create table t (j jsonb not null, k int);
create index t_j on t using gin (j);
create table h (extra text) inherits (t);
--- that do, and another index, retyped
create table a (id int primary key, c text, d text generated always as (upper(c)) stored);
create table b (id int primary key, a int references a);
create index b_again on b (a) where id > 0;
comment on index b_again is 'it has come';
create table t (j int not null, k int);
alter table t add constraint t_j unique (j, k);
create table h (extra text) inherits (t);
--- computed in another way; numbers in a table with heirs
create table a (id int primary key, c text, d text generated always as (lower(c)) stored);
create unlogged table b (id int primary key, a int);
create unique index a_d on a (d) where id > 0;
create table t (j int not null, k int, n int generated always as identity (start 5 increment 3));
alter table t alter n set statistics 100;
create table h (extra text) inherits (t);
--- gone again
create schema y;
