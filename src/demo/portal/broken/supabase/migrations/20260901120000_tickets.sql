create table public.tickets (
    id bigint generated always as identity primary key,
    owner uuid not null references auth.users (id),
    body text not null
);

create table public.profiles (
    id uuid primary key references auth.users (id),
    email text not null,
    plan text not null default 'free'
);
alter table public.profiles enable row level security;
create policy "profiles are visible" on public.profiles for select using (true);
create policy "profiles can be edited" on public.profiles for update using (true) with check (true);
