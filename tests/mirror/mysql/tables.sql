--- only here
create table t (a int, b varchar(20), c text, p point not null srid 4326, g int generated always as (a + 1) stored not null, v int as (a) virtual not null, cf int column_format fixed, key k2 (b(3) desc, (lower(b))) invisible, fulltext key f1 (b) with parser ngram, spatial key sp (p), key ((a + 1)), unique key uf ((upper(b)), a), constraint c1 check (a > 1) not enforced);
--- explicit collations
create table t (a varchar(10) collate utf8mb4_0900_ai_ci, b varchar(10) character set utf8mb4, c varchar(10), d enum('x') collate utf8mb4_0900_ai_ci) default charset utf8mb4;
create table u (a varchar(10) collate utf8mb4_unicode_ci, b varchar(10)) default charset utf8mb4 collate utf8mb4_unicode_ci;
create table v (a varchar(10) character set latin1 collate latin1_swedish_ci, b varchar(10), g varchar(9) collate latin1_swedish_ci as (upper(a))) default charset latin1;
--- introducers
create table t (a varchar(20) default (_latin1'x'), b varchar(20) default (concat(_utf8mb3'x', 'y')), c int, check (a <> _latin1'z'), g varchar(20) as (concat(a, _ascii'q')) stored, h varbinary(9) default (_binary'x'), i varbinary(9) default 0xff00, j varbinary(9) default x'00ff27');
--- vector (from 9.0)
create table t (a int primary key, v vector(3), w vector);
--- options
create table t (a int) compression='zlib';
create table u (a int) autoextend_size=4194304;
create table x (a int, b text) engine=archive;
create table m1 (a int) engine=myisam;
create table m2 (a int) engine=merge union=(m1) insert_method=last;
--- an invisible primary key of the server's own
set session sql_generate_invisible_primary_key = 1;
create table t (a int);
set session sql_generate_invisible_primary_key = 0;
--- functional and multi-valued
create table t (id int primary key, j json, key mv ((cast(j->'$.ids' as unsigned array))), key e ((json_value(j, '$.a' returning unsigned))), unique key x ((abs(id)) desc));
--- a zero that is a default
set sql_mode = '';
create table t (a timestamp not null default '0000-00-00 00:00:00' on update current_timestamp, b timestamp not null on update current_timestamp);
