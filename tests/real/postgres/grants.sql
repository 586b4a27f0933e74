-- migrations
create schema api;
grant usage on schema api to authenticated;
alter default privileges in schema public revoke all on tables from anon;
create table closed_to_anon (id int primary key, v text);
alter default privileges in schema public grant all on tables to anon;
create table readable (id int primary key, v text);
revoke all on readable from public, anon, authenticated;
grant select on table readable to anon;
create table only_names (id int primary key, name text, salary int);
alter table only_names enable row level security;
create policy p on only_names for all using (true) with check (true);
revoke all on only_names from anon, authenticated;
grant select (id, name), update (name) on only_names to authenticated;
create table api.things (id int primary key, v text);
grant all on all tables in schema api to authenticated, anon;
create table api.later (id int primary key, v text);
create table moved (id int primary key, v text);
alter table moved set schema api;
create table old_name (id int primary key, v text);
alter table old_name enable row level security;
create policy open on old_name for select using (1 = 1);
alter table old_name rename to new_name;
drop policy open on new_name;
create policy "reads" on new_name for select to anon using (not false);
create table toggled (id int primary key, v text);
alter table toggled enable row level security;
alter table toggled disable row level security;
create table public_role (id int primary key, v text);
revoke all on public_role from anon, authenticated;
grant select on public_role to public;
create role readers;
create table for_readers (id int primary key, v text);
revoke all on for_readers from anon, authenticated;
grant select on for_readers to readers;
grant readers to authenticated;
alter table for_readers enable row level security;
create policy members on for_readers for select to readers using (true);
create table truncated (id int primary key, v text);
revoke insert, update, delete on truncated from anon, authenticated;
drop table if exists never_there;
create table dropped (id int primary key);
drop table dropped cascade;
-- seed
insert into closed_to_anon values (1, 'x');
insert into readable values (1, 'x');
insert into only_names values (1, 'x', 1);
insert into api.things values (1, 'x');
insert into api.later values (1, 'x');
insert into api.moved values (1, 'x');
insert into new_name values (1, 'x');
insert into toggled values (1, 'x');
insert into public_role values (1, 'x');
insert into for_readers values (1, 'x');
insert into truncated values (1, 'x');
-- probes
closed_to_anon insert: insert into closed_to_anon values (2, 'x')
closed_to_anon update: update closed_to_anon set v = 'y'
readable insert: insert into readable values (2, 'x')
readable update: update readable set v = 'y'
only_names insert: insert into only_names values (2, 'x', 1)
only_names update: update only_names set name = 'y'
api.things insert: insert into api.things values (2, 'x')
api.things update: update api.things set v = 'y'
api.later insert: insert into api.later values (2, 'x')
api.later update: update api.later set v = 'y'
api.moved insert: insert into api.moved values (2, 'x')
api.moved update: update api.moved set v = 'y'
new_name insert: insert into new_name values (2, 'x')
new_name update: update new_name set v = 'y'
toggled insert: insert into toggled values (2, 'x')
toggled update: update toggled set v = 'y'
public_role insert: insert into public_role values (2, 'x')
public_role update: update public_role set v = 'y'
for_readers insert: insert into for_readers values (2, 'x')
for_readers update: update for_readers set v = 'y'
truncated insert: insert into truncated values (2, 'x')
truncated update: update truncated set v = 'y'
