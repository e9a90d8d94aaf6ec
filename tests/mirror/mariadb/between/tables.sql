--- plain
create table t (a int, b varchar(20), key k (b));
--- ignored, checked
create table t (a int(5), b varchar(20), c int check (c > 0), j json, key k (b) ignored);
--- versioned
create table t (a int, b varchar(20), c int check (c > 1), j longtext, key k (b)) with system versioning;
--- versioned more
create table t (a bigint, b text, d text compressed, j json, unique key u (j) using hash) with system versioning;
--- not versioned
create table t (a bigint, u uuid not null default uuid(), i inet6, primary key (u)) engine=aria;
--- a sequence
create sequence s;
create sequence gone;
create table q (a bigint not null default nextval(s) primary key);
--- another sequence
create sequence s start with 1 increment by 5 maxvalue 900 cycle comment 'c';
create sequence other;
create table q (a bigint not null default nextval(other) primary key);
