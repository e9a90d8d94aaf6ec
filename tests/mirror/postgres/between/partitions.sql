--- two parts
create table q (id int primary key);
create table m (id int not null, at date not null, v int) partition by range (id);
create table m1 partition of m for values from (0) to (10);
create table m2 partition of m for values from (10) to (20);
--- one more and one detached
create table q (id int primary key);
create table m (id int not null, at date not null, v int) partition by range (id);
create table m1 partition of m for values from (0) to (10);
create table m2 (id int not null, at date not null, v int);
create table m3 partition of m for values from (10) to (15);
create table m_rest partition of m default;
--- other bounds, columns, indexes and keys
create table q (id int primary key);
create table m (id int not null, at date not null, v bigint default 3, w text not null, primary key (id), unique (id, at)) partition by range (id);
create table m1 partition of m for values from (0) to (5);
create table m2 partition of m for values from (5) to (15);
create table m3 partition of m for values from (15) to (maxvalue);
create index on m (v);
create index named on m (lower(w));
alter table m add constraint positive check (v > 0);
alter table m add constraint to_q foreign key (id) references q;
create table r (id int references m);
--- the key gone, indexes of partitions
create table q (id int primary key);
create table m (id int not null, at date not null, v bigint, w text) partition by range (id);
create table m1 partition of m for values from (0) to (5);
create table m2 partition of m for values from (5) to (15);
create table m3 partition of m (v default 7) for values from (15) to (maxvalue);
create index m3_own on m3 (v);
create index "own name" on m2 (at);
create index m_at on m (at);
create table r (id int);
--- partitioned in another way
create table q (id int primary key);
create table m (id int primary key, at date not null, v bigint, w text) partition by hash (id);
create table m1 partition of m for values with (modulus 2, remainder 0);
create table m2 partition of m for values with (modulus 2, remainder 1);
create table r (id int references m);
create table s (m int references m on delete cascade);
--- not at all
create table q (id int primary key);
create table m (id int primary key, at date not null, v bigint, w text);
create table r (id int references m);
create table s (m int references m on delete cascade);
--- and again
create table q (id int primary key);
create table m (id int primary key, at date not null, v bigint, w text) partition by list (id);
create table m_1 partition of m for values in (1, 2) partition by range (id);
create table m_1_1 partition of m_1 for values from (1) to (2);
create table r (id int references m);
create table s (m int references m on delete cascade);
--- sub-partitions follow
create table q (id int primary key);
create table m (id int primary key, at date, v text default 'x', x int) partition by list (id);
create table m_1 partition of m for values in (1, 2) partition by range (id);
create table m_1_1 partition of m_1 for values from (1) to (2);
create index on m (x, v);
create table r (id int references m);
create table s (m int references m on delete cascade);
