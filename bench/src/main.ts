/** `pnpm bench NAME...`: each benchmark runs us, the peers and the floor side by side, and prints ratios. */
import { machine } from './machine.ts'

const BENCHES: Record<string, () => Promise<void>> = {
  portal: async () => (await import('./portal.ts')).benchPortal(),
  digest: async () => (await import('./digest.ts')).benchDigest(),
  file: async () => (await import('./file.ts')).benchFile(),
  passwords: async () => (await import('./passwords.ts')).benchPasswords(),
  ssh: async () => (await import('./ssh.ts')).benchSsh(),
  tcp: async () => (await import('./tcp.ts')).benchTcp(),
}

const wanted = process.argv.slice(2).filter((word) => word !== '--')
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  console.error(`error: there is no benchmark called ${unknown.join(', ')}`)
  console.error(`hint: there are ${Object.keys(BENCHES).join(', ')}; without a name all of them run`)
  process.exit(2)
}

console.log(machine())
for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHES)) {
  console.log(`\n${name}`)
  await BENCHES[name]?.()
}
