--- ints
create table p (id int not null primary key, b int, unique key (b));
create table c (id int not null primary key, p int, constraint f foreign key (p) references p (id));
--- bigints
create table p (id bigint not null primary key, b int, unique key (b));
create table c (id bigint not null primary key, p bigint, constraint f foreign key (p) references p (id) on delete cascade);
--- another index for it
create table p (id bigint not null primary key, b int, unique key (b));
create table c (id bigint not null primary key, p bigint, q int, key pq (p, q), constraint f foreign key (p) references p (id) on delete cascade);
--- another target
create table p (id bigint not null primary key, b bigint, unique key (b));
create table c (id bigint not null primary key, p bigint, q int, key other (p), constraint f foreign key (p) references p (b));
--- a circle
create table p (id bigint not null primary key, b bigint, c bigint, unique key (b));
create table c (id bigint not null primary key, p bigint, constraint f foreign key (p) references p (b));
alter table p add constraint g foreign key (c) references c (id);
--- none
create table p (id bigint not null primary key);
--- self
create table p (id int not null primary key, up int, constraint s foreign key (up) references p (id) on delete set null);
create table q (a int, constraint qf foreign key (a) references p (id));
--- strings
create table p (id varchar(20) not null primary key, up varchar(20), constraint s foreign key (up) references p (id) on delete set null);
create table q (a varchar(20), constraint qf foreign key (a) references p (id)) ;
--- strings of another charset
create table p (id varchar(20) not null primary key, up varchar(20), constraint s foreign key (up) references p (id) on delete set null) default charset latin1;
create table q (a varchar(20), constraint qf foreign key (a) references p (id)) default charset latin1;
