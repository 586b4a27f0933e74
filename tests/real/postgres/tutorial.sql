-- migrations
create table profiles (
  id uuid references auth.users on delete cascade not null primary key,
  username text unique,
  website text
);
alter table profiles enable row level security;
create policy "Public profiles are viewable by everyone." on profiles for select using (true);
create policy "Users can insert their own profile." on profiles for insert with check ((select auth.uid()) = id);
create policy "Users can update own profile." on profiles for update using ((select auth.uid()) = id);

create table todos (
  id bigint generated always as identity primary key,
  user_id uuid references auth.users not null,
  task text check (char_length(task) > 3),
  is_complete boolean default false
);
alter table todos enable row level security;
create policy "Individuals can create todos." on todos for insert with check (auth.uid() = user_id);
create policy "Individuals can view their own todos. " on todos for select using (auth.uid() = user_id);
create policy "Individuals can update their own todos." on todos for update using (auth.uid() = user_id);
create policy "Individuals can delete their own todos." on todos for delete using (auth.uid() = user_id);

create table forgotten (id int primary key, note text);
create table dead (id int primary key, note text);
alter table dead enable row level security;

create table feedback (id int primary key, message text);
alter table feedback enable row level security;
create policy "anyone may write" on feedback for insert to anon, authenticated with check (true);
create policy "staff" on feedback for select using (auth.role() = 'service_role');

create table articles (id int primary key, author uuid, published boolean not null, body text);
alter table articles enable row level security;
create policy "published" on articles for select using (published or auth.uid() = author);
create policy "signed in" on articles for all to authenticated using (auth.uid() is not null) with check (auth.role() = 'authenticated');
-- seed
insert into profiles values ('00000000-0000-4000-8000-00000000000a', 'owner', null);
insert into todos (user_id, task) values ('00000000-0000-4000-8000-00000000000a', 'task one'), ('00000000-0000-4000-8000-00000000000b', 'task two');
insert into forgotten values (1, 'x');
insert into dead values (1, 'x');
insert into feedback values (1, 'x');
insert into articles values (1, '00000000-0000-4000-8000-00000000000a', false, 'x'), (2, null, true, 'y');
-- probes
profiles insert: insert into profiles values ('00000000-0000-4000-8000-00000000000c', 'c', null)
profiles update: update profiles set website = 'x'
todos insert: insert into todos (user_id, task) values ('00000000-0000-4000-8000-00000000000a', 'task three')
todos update: update todos set task = 'changed'
forgotten insert: insert into forgotten values (2, 'x')
forgotten update: update forgotten set note = 'x'
dead insert: insert into dead values (2, 'x')
dead update: update dead set note = 'x'
feedback insert: insert into feedback values (2, 'x')
feedback update: update feedback set message = 'x'
articles insert: insert into articles values (3, '00000000-0000-4000-8000-00000000000a', true, 'x')
articles update: update articles set body = 'x'
