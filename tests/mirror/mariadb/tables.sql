--- only here
create table t (a int, b varchar(20), c text compressed, i6 inet6, i4 inet4, u uuid default uuid(), ch int check (ch > 0), js varchar(20) comment 'x' check (json_valid(js)), w int(5), w2 tinyint(2) unsigned, w3 bigint(10), w4 tinyint(1) unsigned, key k (a) ignored, c2 text, unique key lu (c2) using hash, d int default (a + 1), key h (a) using hash, constraint t2 check (a > 1));
--- json by hand
create table t (a longtext character set utf8mb4 collate utf8mb4_bin check (json_valid(a)), b longtext check (json_valid(b)), c json, constraint cj check (json_valid(c)));
--- versioned
create table t (a int, b int without system versioning) with system versioning;
create table u (a int, s timestamp(6) generated always as row start, e timestamp(6) generated always as row end invisible, period for system_time (s, e)) with system versioning;
create table v (a int) with system versioning partition by system_time limit 100 partitions 3;
create table w (a int) with system versioning partition by system_time interval 1 day starts '2020-01-01 00:00:00' (partition p0 history, partition pc current);
--- periods
create table t (id int, s date, e date, period for pp (s, e), primary key (id, pp without overlaps));
--- options
create table t (a int) PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=3;
create table u (a int) engine=aria transactional=1 page_checksum=0;
create table v (a int) engine=aria row_format=page transactional=0;
create table w (a int) ENCRYPTED=no;
create table x (a int) partition by list (a) (partition p0 values in (1), partition px default);
--- persistent
create table t (a int, b int as (a + 1) persistent, c int as (a - 1) virtual invisible, d varchar(10) as (lcase('X')) stored);
--- foreign keys to what isn't unique
create table p (a int, b int, primary key (a, b), key (b));
create table c (a int references p (a), b int, foreign key (b) references p (b));
--- sequences
create sequence s;
create sequence odd start with 5 increment by 10 minvalue 1 maxvalue 1000 cache 7 cycle comment 'it''s';
create sequence down increment by -1 nocache;
create sequence `a b`;
create table t (id bigint not null default nextval(`a b`) primary key, n bigint default (nextval(odd) + 1), s varchar(99) default 'nextval(`x`.`s`)');
