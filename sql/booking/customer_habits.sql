create type schnittwerk_core.habits as (staff_ids uuid[], weekdays int[], hours int[]);

comment on type schnittwerk_core.habits is
  'With whom a customer usually books, on which local weekdays (0 = Sunday), and at which local hours.';

create function schnittwerk_core.customer_habits(
  p_salon_id uuid, p_customer_id uuid, p_time_zone text
)
returns schnittwerk_core.habits
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_habits schnittwerk_core.habits;
begin
  with booked as materialized (
    select
      a.staff_id,
      extract(dow from a.starts_at at time zone p_time_zone)::int as weekday,
      extract(hour from a.starts_at at time zone p_time_zone)::int as hour
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
      and schnittwerk_core.is_live(a.status)
    order by a.starts_at desc
    limit 10
  ),
  half as (
    select count(*) / 2.0 as n from booked
  )
  select
    array(select b.staff_id from booked b, half group by b.staff_id, n having count(*) >= n),
    array(select b.weekday from booked b, half group by b.weekday, n having count(*) >= n),
    array(select b.hour from booked b, half group by b.hour, n having count(*) >= n)
  into v_habits;
  return v_habits;
end
$$;

comment on function schnittwerk_core.customer_habits(uuid, uuid, text) is
  'What at least half of a customer''s last ten appointments, the cancelled and missed ones left out, have in common.';

revoke execute on function schnittwerk_core.customer_habits from public;
