import { memoryState } from '@gatewright/state'

const state = memoryState()
const MINUTE = 60_000

// One of many: whoever comes second is told so, until the time is over.
console.log(await state.claim('receipt:7f3a', MINUTE)) // true
console.log(await state.claim('receipt:7f3a', MINUTE)) // false

// Only forward: a one-time code of an earlier step is worth nothing.
console.log(await state.advance('totp:ada', 58_011_203, MINUTE)) // true
console.log(await state.advance('totp:ada', 58_011_203, MINUTE)) // false

// In any order, each once: requests of one browser that overtake each other.
console.log(await state.window('nonce:5c1e', 2, 64, MINUTE)) // fresh
console.log(await state.window('nonce:5c1e', 1, 64, MINUTE)) // fresh
console.log(await state.window('nonce:5c1e', 1, 64, MINUTE)) // replay

// Counted, from the first one for a minute.
const { count, resetMs } = await state.hit('failures:ada', MINUTE)
console.log(count, resetMs <= MINUTE) // 1 true

// Kept, and given away once.
await state.put('activation:9d20', 'ada', MINUTE)
console.log(await state.take('activation:9d20')) // ada
console.log(await state.take('activation:9d20')) // undefined
