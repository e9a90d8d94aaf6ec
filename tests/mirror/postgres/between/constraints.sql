--- empty
create table p (id int primary key, u int, v int);
create table t (id int, a int, b int, r tstzrange);
--- all kinds (from 15)
create table p (id int primary key, u int unique, v int);
create table t (id int primary key, a int, b int, r tstzrange,
    constraint c check (a > 0) not valid, constraint f foreign key (a) references p not valid,
    constraint x exclude using gist (r with &&), unique nulls not distinct (a, b),
    constraint d foreign key (b) references p (u) deferrable);
comment on constraint c on t is 'one';
--- validated, other options
create table p (id int primary key, u int unique deferrable, v int);
create unique index p_u on p (u);
create table t (id int primary key, a int, b int, r tstzrange,
    constraint c check (a > 0), constraint f foreign key (a) references p,
    constraint x exclude using gist (r with &&) where (a > 1), unique (a, b),
    constraint d foreign key (b) references p (u) deferrable initially deferred);
comment on constraint c on t is 'two';
--- key with include, other fillfactor; foreign key stays (from 15)
create table p (id int not null, u int, v int, constraint p_pkey primary key (id) include (v), constraint p_u unique (u) with (fillfactor = 70));
create table t (id int, a int, b int, r tstzrange,
    constraint c check (a > 0) no inherit, constraint f foreign key (a) references p on delete set null (a),
    constraint x exclude using gist (r with &&) deferrable, constraint named unique (a, b) with (fillfactor = 60),
    constraint d foreign key (b) references p (u) match full);
--- types of both ends
create table p (id bigint not null, u text, v int, constraint p_pkey primary key (id), constraint p_u unique (u) with (fillfactor = 80));
create table t (id int, a bigint, b text, r tstzrange,
    constraint c check (a > 0), constraint f foreign key (a) references p on delete set null,
    constraint d foreign key (b) references p (u));
--- a circle that goes
create table a (id int constraint first primary key, b int); create table b (id int primary key, a int, constraint ba foreign key (a) references a (id));
alter table a add constraint ab foreign key (b) references b (id); create table c (x int, constraint ca foreign key (x) references a (id)) inherits (b);
--- its names taken
create table d (id int constraint first unique, e int constraint a_pkey unique, f int constraint b_pkey unique); create index c on d (e);
