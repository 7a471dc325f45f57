// A visitor and a customer of a salon, with supabase-js. Prints what they were answered, as JSON.
import { createClient } from '@supabase/supabase-js'

const { url, key, token, othersToken, salon, service, day, othersAppointment, otherSalon } =
  JSON.parse(process.argv[2])
const p_service_id = service

const answers = {}
const headers = []
const { fetch } = globalThis
globalThis.fetch = async (...request) => {
  const response = await fetch(...request)
  headers.push(Object.fromEntries(response.headers))
  return response
}
const told = (name, { data, error, status }) => (answers[name] = { data, error, status })

// Slots, before anybody has signed in

const supabase = createClient(url, key, { db: { schema: 'schnittwerk' } })

const { data: slots, error: refused } = await supabase.rpc('find_slots', {
  p_service_id,
  p_from: day,
  p_limit: 5,
})
if (refused) throw new Error(`${refused.message}: ${refused.details}. ${refused.hint}`)

answers.slots = slots
told(
  'slots by GET',
  await supabase.rpc('find_slots', { p_service_id, p_from: day, p_limit: 5 }, { get: true }),
)
told('refused read', await supabase.rpc('find_slots', { p_service_id: salon, p_from: day }))
told('list without signing in', await supabase.rpc('list_customers'))
told('unknown argument', await supabase.rpc('list_services', { p_day: day }))
told('other schema', await createClient(url, key).rpc('find_slots', { p_service_id, p_from: day }))

// A booking

const customer = createClient(url, key, {
  db: { schema: 'schnittwerk' },
  accessToken: async () => token, // of your own sign-in; without this line, Supabase Auth's
})

const booking = {
  p_idempotency_key: crypto.randomUUID(), // once for a booking, however often it is sent
  p_customer_id: null, // the caller
  p_service_id,
  p_starts_at: slots[0].starts_at,
  p_staff_id: slots[0].staff_id,
}

told('anonymous booking', await supabase.rpc('create_booking', booking))

const { data: booked, error } = await customer.rpc('create_booking', booking)
if (error) console.error(`${error.code}: ${error.details}`)

answers.booked = booked
answers['headers of the booking'] = headers.at(-1)
told('replay', await customer.rpc('create_booking', booking))
told('key reused', await customer.rpc('create_booking', { ...booking, p_notes: 'changed' }))
const again = { ...booking, p_idempotency_key: null }
const keyed = (call) => call.setHeader('Idempotency-Key', 'by header')
told('conflict', await keyed(customer.rpc('create_booking', again)))
told('conflict again', await keyed(customer.rpc('create_booking', again)))
told('no key', await customer.rpc('create_booking', again))

told(
  'write by GET',
  await customer.rpc(
    'register_customer',
    { p_full_name: 'Carla', p_email: 'carla@example.com' },
    { get: true },
  ),
)

// What each may see

const own = { p_appointment_id: booked?.appointment.id }
const other = createClient(url, key, {
  db: { schema: 'schnittwerk' },
  accessToken: async () => othersToken,
})
told('own appointment', await customer.rpc('get_appointment', own))
told("another's appointment", await other.rpc('get_appointment', own))
told("cancelling another's", await other.rpc('cancel_booking', { ...own, p_idempotency_key: 'c' }))
told(
  "another salon's appointment",
  await customer.rpc('get_appointment', { p_appointment_id: othersAppointment }),
)
const range = { p_from: `${day}T00:00Z`, p_to: `${day}T23:59Z` }
told('own appointments', await customer.rpc('list_appointments', range))
told("another's appointments", await other.rpc('list_appointments', range))
told(
  'in another salon',
  await customer.rpc('list_appointments', { ...range, p_salon_id: otherSalon }),
)
const forged = createClient(url, key, { accessToken: async () => `${token}x` })
told('forged token', await forged.schema('schnittwerk').rpc('list_appointments', range))

console.log(JSON.stringify(answers))
