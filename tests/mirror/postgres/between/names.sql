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
