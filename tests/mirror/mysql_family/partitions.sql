--- range
create table t (a int, b int) partition by range (a) (partition p0 values less than (10) comment 'x', partition `p 1` values less than maxvalue);
create table u (a int, d datetime) partition by range (to_days(d)) (partition p0 values less than (to_days('2020-01-01')) max_rows=5, partition p1 values less than (to_days('2021-01-01')));
create table v (a int, d date, c varchar(9)) partition by range columns (d, a) (partition p0 values less than ('2020-01-01', 5), partition px values less than (maxvalue, maxvalue));
--- list
create table t (a int) partition by list (a) (partition p0 values in (1, 2), partition p1 values in (3, null));
create table u (a int, c varchar(9)) partition by list columns (c, a) (partition p0 values in (('a', 1), ('b,''c', 2)), partition p1 values in ((null, 3)));
--- hash and key
create table t (a int primary key) partition by hash (a) partitions 4;
create table u (a int, b int) partition by linear hash (a + b) partitions 3;
create table v (a int primary key, b int) partition by key () partitions 2;
create table w (a int, b int) partition by linear key algorithm=1 (a, b) partitions 2;
create table x (a int) partition by hash (a) (partition one, partition two comment 'x');
create table y (a int) partition by hash (a);
--- subpartitions
create table t (a int, b int) partition by range (a) subpartition by hash (b) subpartitions 2 (partition p0 values less than (10), partition p1 values less than maxvalue);
create table u (a int, b int) partition by range (a) subpartition by key (b) (partition p0 values less than (10) comment 'x' (subpartition s0, subpartition s1), partition p1 values less than maxvalue (subpartition s2 comment 'y', subpartition s3));
create table v (a int, b int) partition by list (a) subpartition by linear hash (b) (partition p0 values in (10) (subpartition s0, subpartition s1));
