create function schnittwerk_core.visit_row(
  p_starts_at timestamptz,
  p_parts int[],
  p_people int,
  p_lengths interval[],
  p_prices numeric[],
  p_texts text[],
  p_chosen int[],
  p_offsets interval[] default null,
  p_curves schnittwerk_core.price_curve[] default null,
  out ends_at timestamptz,
  out price numeric,
  out items jsonb
)
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_at timestamptz := p_starts_at;
  v_until timestamptz;
  v_place int;
  v_curve schnittwerk_core.price_curve;
  v_price numeric;
  v_items text := '[';
begin
  price := 0;
  for v_n in 1 .. cardinality(p_parts) loop
    v_place := (v_n - 1) * p_people + p_chosen[v_n];
    if p_offsets is not null then
      v_at := p_starts_at + p_offsets[v_n];
    elsif p_parts[v_n] <> p_parts[v_n - 1] then
      v_at := ends_at;
    end if;
    v_until := v_at + p_lengths[v_place];
    ends_at := greatest(ends_at, v_until);
    v_price := p_prices[v_place];
    if p_curves is not null then
      v_curve := p_curves[v_place];
      v_price := v_curve.prices[width_bucket(v_at, v_curve.since)];
    end if;
    price := price + v_price;
    -- As text: building JSON objects costs three times as much.
    v_items := v_items || case when v_n > 1 then ', ' else '' end || p_texts[v_place]
      || schnittwerk_core.utc_text(v_at) || '", "ends_at": "'
      || schnittwerk_core.utc_text(v_until) || '", "price": ' || v_price || '}';
  end loop;
  items := (v_items || ']')::jsonb;
end
$$;

comment on function schnittwerk_core.visit_row(timestamptz, int[], int, interval[], numeric[], text[], int[], interval[], schnittwerk_core.price_curve[]) is
  'End, price and items of a visit that begins at p_starts_at with the people chosen. p_lengths, p_prices, p_texts: items × people. p_offsets: the items'' distances from the start; null means one part after the other. p_curves: items × people, if price rules make prices depend on the start.';

revoke execute on function schnittwerk_core.visit_row from public;
