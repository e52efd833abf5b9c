import { createHash } from 'node:crypto'
import { prepareUsername } from '@gatewright/portal'

/** What has broken SQL before: quotes of every kind, comments, wildcards, encodings, stacked statements. */
// biome-ignore format: a table
export const PIECES: readonly string[] = [
  "'", "''", '"', '`', '\\', "\\'", ';', '--', '-- -', '#', '/*', '*/', '%', '_', '%00', '$1', '?', ':1', '@@version',
  ' OR 1=1', " OR '1'='1", "' OR ''='", "') OR ('1'='1", " UNION SELECT 'ada', password FROM users", "'; DROP TABLE users; --",
  "' AND SLEEP(9) -- ", "'||pg_sleep(9)||'", "'||(SELECT password FROM users LIMIT 1)||'", 'ada', "ada'--", 'ada\\', '\u00bf\u0027',
  '\u02bc', '\uff07', '\u2019', '{"username":"ada"}', '[object Object]', 'NULL', 'true', '0', '0x616461', 'CHAR(97,100,97)', '$' + '{1}', '$$', '$tag$',
]

/** So many names, the same in every run; nobody called `ada` is among them. */
export function hostileNames(count: number): readonly string[] {
  const names = new Set<string>()
  for (let i = 0; names.size < count; i++) {
    const dice = createHash('sha256').update(`hostile ${i}`).digest()
    const length = 1 + ((dice[0] ?? 0) % 4)
    const name = Array.from({ length }, (_, at) => PIECES[(dice[at + 1] ?? 0) % PIECES.length]).join('')
    if (prepareUsername(name) === name && name !== 'ada') names.add(name)
  }
  return [...names]
}
