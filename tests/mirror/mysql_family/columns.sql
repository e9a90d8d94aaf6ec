--- integers
create table t (a tinyint, b tinyint unsigned, c smallint, d mediumint unsigned, e int, f bigint unsigned not null default 0, g tinyint(1) not null default 1, h int(5) unsigned zerofill, i int default -5, j boolean default true, k bigint default 9223372036854775807);
--- auto increment
create table t (id bigint unsigned not null auto_increment primary key, n int) auto_increment=77;
create table u (id int not null auto_increment, k int, key (id));
--- numbers
create table t (a decimal, b decimal(5,2) unsigned zerofill default 1.5, c float, d double, e float(7,3), f double(8,3) unsigned, g decimal(65,30) default -0.5, h float default 1e10, i double default 1.5e-3, j decimal(10,2) not null default 0.10);
--- bits years and times
create table t (a bit, b bit(5) default b'101', c year default 2020, d date default '2020-01-31', e time(3) default '10:00:00.5', f datetime default '2020-01-01', g datetime(6) default current_timestamp(6) on update current_timestamp(6), h timestamp null, i timestamp not null default current_timestamp on update current_timestamp, j timestamp(2) not null default '2020-01-01 00:00:01.25', k datetime default current_timestamp, l time default '-10:00:00');
--- strings
create table t (a char, b char(10), c varchar(20) default 'it''s', d tinytext, e text, f mediumtext, g longtext, h varchar(9) default 'NULL', i varchar(30) default 'current_timestamp', j varchar(20) default '', k varchar(20) default ' x ', l varchar(20) default 'a\\b"c`d', m varchar(20) default '1', n char(0), o varchar(40) default 'CURRENT_TIMESTAMP(6) --/* x */');
--- bytes
create table t (a binary, b binary(3) default 'ab', c varbinary(9), d tinyblob, e blob, f mediumblob, g longblob, h varbinary(9) default 'x', i binary(16));
--- enum and set
create table t (a enum('a','b'), b enum('a,b','it''s','x\\y','','"q"') default 'it''s', c set('a','b','c') default 'a,b', d enum('ä','ö') character set latin1 default 'ö', e set('x') not null default '', f enum('null') default 'null', g enum('1','2') default '2');
--- charsets
create table t (a varchar(10) character set latin1, b varchar(10) character set latin1 collate latin1_swedish_ci, c varchar(10) collate utf8mb4_bin, d varchar(10) character set ascii, e char(3) binary, f text character set utf8mb3, g varchar(10) character set utf8mb4, h national varchar(10), i enum('x') character set latin1 collate latin1_bin, j varchar(10) character set binary, k text collate utf8mb4_unicode_ci) default charset utf8mb4;
--- a latin1 table
create table t (a varchar(10), b varchar(10) character set utf8mb4, c varchar(10) character set latin1, d text collate latin1_bin, e enum('é')) default charset latin1;
create table u (a varchar(10), b varchar(10) collate latin1_swedish_ci) default charset latin1 collate latin1_german1_ci;
create table v (a varchar(10), b varchar(10) collate utf8mb4_unicode_ci, c varchar(10) character set utf8mb4 collate utf8mb4_unicode_ci) default charset utf8mb4 collate utf8mb4_unicode_ci;
create table w (a varchar(10)) default charset utf8mb3;
create table x (a varchar(10)) default charset ascii collate ascii_bin;
--- json
create table t (a json, b json not null, c json default (json_array()), d json default ('{}'), e json comment 'x');
create table u (a json) default charset latin1;
create table v (a json, b longtext collate utf8mb4_bin) default charset utf8mb4 collate utf8mb4_bin;
--- spatial
create table t (a geometry, b point not null, c linestring, d polygon, e multipoint, f multilinestring, g multipolygon, h geometrycollection, spatial key (b));
--- defaults that are expressions
create table t (id int default (1+1), b varchar(40) default (uuid()), c date default (curdate()), d varchar(20) default (concat('x',upper('y'))), e datetime default (now() + interval 1 day), f text default ('x'), g blob default ('x'), h double default (rand()), i int default (id + 1), j varchar(20) default ('it''s'));
--- generated
create table t (a int, b int generated always as (a + 1) virtual, c int as (a * 2) stored, d varchar(20) as (concat('x', a)) stored comment 'c', e varchar(20) character set latin1 as (upper('x')) virtual, f json, g varchar(20) as (json_unquote(json_extract(f, '$.a'))) virtual, key (b), unique key (c));
--- comments
create table t (a int comment 'it''s \\ "q"\nline', b int comment 'ü`x`', c int comment '') comment 'x ''y'' \\ \n z';
create table u (a int comment '/* x */ -- y; z') comment '*/ /*';
--- names
create table `a b` (`c d` int, `e``f` int, `select` int, `größe` int, `1` int, `x-y` int, `"q"` int, key `k ``l` (`c d`, `e``f`), check (`c d` > `größe`));
create table `select` (`key` int primary key, `group` varchar(5) as (concat(`key`)) stored);
create table aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb int, key cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb));
--- invisible
create table t (a int, b int invisible, c int not null default 3 invisible, d timestamp default current_timestamp invisible comment 'x');
--- zero dates
set sql_mode = '';
create table t (id int primary key, a date not null default '0000-00-00', b datetime(3) not null default '0000-00-00 00:00:00.000', c timestamp not null default '0000-00-00 00:00:00', d date default '2000-00-00');
