begin;
select plan(12);
\ir ../fixture.psql
\ir owner.psql

select pg_temp.become_owner() \g /dev/null
select pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 10:00+01') \gexec

update schnittwerk_core.appointments set status = 'confirmed';
select is(pg_temp.claims(), 'Ben 02 10:00-11:15', 'a confirmed appointment keeps its claim');
update schnittwerk_core.appointments set status = 'cancelled';
select is(pg_temp.claims(), '', 'a cancelled appointment gives up its claim');
delete from schnittwerk_core.appointments;

select pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-01 07:00+01', 'confirmed')
\gexec
update schnittwerk_core.appointments set status = 'completed';
select is(pg_temp.claims(), 'Ben 01 07:00-08:15', 'a completed appointment keeps its claim');
delete from schnittwerk_core.appointments;
select pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-01 07:00+01', 'confirmed')
\gexec
update schnittwerk_core.appointments set status = 'no_show';
select is(pg_temp.claims(), '', 'a no-show gives up its claim');
delete from schnittwerk_core.appointments;

select pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 10:00+01') \gexec

update schnittwerk_core.appointments
set starts_at = starts_at + interval '15 minutes', ends_at = ends_at + interval '15 minutes';
select is(
  pg_temp.claims(), 'Ben 02 10:15-11:30', 'an appointment moved onto its own time moves its claim'
);
update schnittwerk_core.appointments set ends_at = ends_at + interval '30 minutes';
select is(pg_temp.claims(), 'Ben 02 10:15-12:00', 'a longer appointment claims more time');
update schnittwerk_core.appointments set staff_id = :'anna';
select is(pg_temp.claims(), 'Anna 02 10:15-12:00',
  'an appointment given to other staff claims their time');
update schnittwerk_core.appointments set buffer_before_minutes = 5, buffer_after_minutes = 0;
select is(pg_temp.claims(), 'Anna 02 10:10-11:45', 'changed buffers change the claim');
update schnittwerk_core.appointments set notes = 'x', price = 1, customer_id = :'dora';
select is(pg_temp.claims(), 'Anna 02 10:10-11:45',
  'a change of notes, price or customer keeps the claim');
update schnittwerk_core.appointments set status = 'cancelled', starts_at = '2026-12-02 09:00+01';
select is(pg_temp.claims(), '', 'an appointment cancelled and moved at once claims nothing');
delete from schnittwerk_core.appointments;
select is(pg_temp.claims(), '', 'a deleted appointment leaves no claim');

select is(
  (
    select count(*) from schnittwerk_core.occupancy o
    where not exists (select from schnittwerk_core.appointments a where a.id = o.claim_id)
  ),
  0::bigint, 'no claim is left without an appointment'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
