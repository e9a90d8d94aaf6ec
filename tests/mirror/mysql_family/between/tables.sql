--- nothing much
create table t (id int not null, name varchar(20));
--- a key and numbers
create table t (id int not null auto_increment primary key, name varchar(20) not null default 'x', other int, key (other));
--- charset
create table t (id int not null auto_increment primary key, name varchar(20) not null default 'x', other int, note text, key o2 (other), unique key (name)) default charset latin1;
--- charset of one column
create table t (id bigint unsigned not null auto_increment primary key, name varchar(20) character set utf8mb4 not null default 'x', note text, extra varchar(10), unique key u2 (name)) default charset latin1 comment 'x';
--- back to utf8mb4
create table t (id bigint unsigned not null auto_increment primary key, note text not null, name varchar(20), extra varchar(10) collate utf8mb4_bin) default charset utf8mb4 row_format=compressed;
--- partitioned
create table t (id bigint unsigned not null, note text not null, name varchar(20), d date not null, primary key (id, d)) default charset utf8mb4 partition by range columns (d) (partition p0 values less than ('2020-01-01'), partition p1 values less than ('2021-01-01'));
--- one more
create table t (id bigint unsigned not null, note text not null, name varchar(20), d date not null, primary key (id, d)) default charset utf8mb4 partition by range columns (d) (partition p0 values less than ('2020-01-01'), partition p1 values less than ('2021-01-01'), partition p2 values less than (maxvalue));
--- split
create table t (id bigint unsigned not null, note text not null, name varchar(20), d date not null, primary key (id, d)) default charset utf8mb4 partition by range columns (d) (partition p0 values less than ('2020-01-01'), partition p1 values less than ('2021-01-01'), partition p15 values less than ('2022-01-01') comment 'x', partition p2 values less than (maxvalue));
--- hash
create table t (id bigint unsigned not null, note text not null, name varchar(20), d date not null, primary key (id)) default charset utf8mb4 partition by hash (id) partitions 3;
--- more of it
create table t (id bigint unsigned not null, note text not null, name varchar(20), d date not null, primary key (id)) default charset utf8mb4 partition by hash (id) partitions 5;
--- no partitions
create table t (id bigint unsigned not null, name varchar(20), d date not null, primary key (id), key (d), constraint c1 check (id > 5));
--- generated
create table t (id bigint unsigned not null, g int as (id + 1) stored, v int as (id * 2) virtual, name varchar(20), d datetime(3) not null default current_timestamp(3), primary key (id), unique key (g), constraint c1 check (id > 6 and d > '2000-01-01'));
--- other generated
create table t (id int unsigned not null, g int as (id + 2) stored, v int as (id * 3) virtual, name varchar(20) invisible, d datetime, primary key (id), unique key g2 (g, v));
--- memory
create table t (id int unsigned not null, name varchar(20), primary key (id), key (name)) engine=myisam;
--- swapped
create table t (name varchar(20) not null, id int unsigned not null, z int, primary key (name), unique key (id)) engine=innodb;
--- swapped numbers
create table t (z int not null auto_increment, name varchar(20) not null, id int unsigned not null, primary key (z), key (id), fulltext key (name)) engine=innodb;
--- other numbers
create table t (z int not null, name varchar(20) not null, id int unsigned not null auto_increment, primary key (id), key zz (z desc), key (name(5))) engine=innodb;
--- names in another case
create table T (z int not null, primary key (z)); create table Other (id int primary key, t int, constraint other_t foreign key (t) references T (z));
--- and in this one
create table t (z int not null, primary key (z)); create table other (id int primary key, t int, constraint other_t foreign key (t) references t (z));
--- zero dates that stay
set sql_mode = '';
create table t (id int primary key, a date not null default '0000-00-00', b timestamp not null default '0000-00-00 00:00:00', n int);
--- zero dates beside what changes
set sql_mode = '';
create table t (id bigint primary key, a date not null default '0000-00-00', b timestamp not null default '0000-00-00 00:00:00', n varchar(20), c datetime not null default '0000-00-00 00:00:00', key k (n));
