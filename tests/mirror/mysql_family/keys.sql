--- indexes
create table t (a int, b varchar(100), c text, d int not null, key (a), key k2 (a, b(10) desc), unique key u1 (b), unique key (a, d), key p (c(20)), key `x y` (d desc) comment 'it''s', unique key u3 (d), key same1 (a), key same2 (a));
--- written methods
create table t (a int, b varchar(20), primary key (a) using btree, unique key u (b) using btree, key k (b, a) using btree comment 'x');
create table m (a int, b int, key h (a), key b1 (a) using btree, unique key u1 (b) using hash, unique key u2 (b) using btree) engine=memory;
--- fulltext
create table t (id int primary key, a varchar(100), b text, fulltext key (a), fulltext key f2 (a, b) comment 'x');
--- spatial
create table t (id int primary key, a point not null, spatial key s (a));
--- primary keys
create table t (a int, b varchar(20), c int, primary key (b(5), a));
create table u (a int, b int, primary key (b desc, a) comment 'pk');
create table v (a int);
--- foreign keys
create table p (a int primary key, b int, c int, unique key (b, c));
create table c1 (a int, foreign key (a) references p (a));
create table c2 (a int, b int, constraint `f k` foreign key (a) references p (a) on delete cascade on update set null, foreign key (b, a) references p (b, c) on delete no action, key mine (a, b));
create table c3 (a int primary key, p int, constraint self foreign key (p) references c3 (a) on delete restrict);
create table c4 (a int, key ix (a), constraint c4f foreign key (a) references p (a));
--- a circle
create table a (id int primary key, b int);
create table b (id int primary key, a int, constraint ba foreign key (a) references a (id));
alter table a add constraint ab foreign key (b) references b (id);
--- checks
create table t (a int, b varchar(20), constraint c1 check (a > 0), check (b <> 'x' or a is null), constraint `c 2` check (b in ('x','it''s','a\\b')), check (a between 1 and 10), check (b like 'x%'), check (not (a = 3 and b = 'z')), constraint c9 check (a > -1));
--- options
create table t (a int) engine=myisam;
create table u (a int) row_format=compressed key_block_size=8;
create table v (a int) row_format=dynamic stats_persistent=1 stats_auto_recalc=0 stats_sample_pages=10;
create table w (a int) engine=myisam checksum=1 delay_key_write=1 pack_keys=1 min_rows=5 max_rows=1000 avg_row_length=50;
create table y (a int not null) engine=csv;
create table z (a int, key (a)) engine=memory max_rows=10;
create table r (a int) row_format=redundant comment='r';
--- numbers that don't lead their key
create table t (a int not null, id int not null auto_increment, primary key (a, id)) engine=MyISAM;
