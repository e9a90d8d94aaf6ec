--- plain
create table t (a int, b varchar(20), c int, key k (b), constraint c1 check (a > 1));
--- invisible, not enforced, functional
create table t (a int, b varchar(20) invisible, c int, key k (b) invisible, key f ((lower(b))), constraint c1 check (a > 1) not enforced);
--- visible again, explicit
create table t (a int, b varchar(20) collate utf8mb4_0900_ai_ci, c int, key k (b), key f ((upper(b)) desc), constraint c1 check (a > 2));
--- full text
create table t (a int not null, b varchar(20), c int as (a + 1) stored not null, primary key (a), fulltext key k (b) with parser ngram) compression='zlib';
--- spatial
create table t (a int not null, p point not null srid 4326, spatial key sp (p)) stats_persistent=1;
--- spatial elsewhere (from 9.0)
create table t (a int not null, p point not null srid 4326, v vector(3), spatial key sp (p));
